using UdaSeg.Api.Errors;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddProblems();

WebApplication app = builder.Build();
app.UseProblems();
app.Run();

/// <summary>The entry point, named so that tests can start it.</summary>
public partial class Program;
