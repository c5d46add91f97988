using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UdaSeg.Infrastructure.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class LeaseAndOutputs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "LeaseBeat",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "LeaseEpoch",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "LeaseOwner",
                table: "runs",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "run_outputs",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Blob = table.Column<string>(type: "TEXT", maxLength: 512, nullable: false),
                    Epoch = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_outputs", x => new { x.RunId, x.Name });
                });

            migrationBuilder.CreateIndex(
                name: "IX_run_outputs_Blob",
                table: "run_outputs",
                column: "Blob");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "run_outputs");

            migrationBuilder.DropColumn(
                name: "LeaseBeat",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "LeaseEpoch",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "LeaseOwner",
                table: "runs");
        }
    }
}
