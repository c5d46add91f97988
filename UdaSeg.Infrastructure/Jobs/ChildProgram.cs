using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>How a child process is started.</summary>
internal interface IChildProgram
{
    /// <param name="arguments">Such as <c>train --run {id}</c>.</param>
    ProcessStartInfo Command(params IReadOnlyList<string> arguments);
}

/// <summary>The same program with another verb, under the settings that are in force here, from wherever they came.</summary>
internal sealed class ChildProgram(Assembly program, IConfiguration configuration) : IChildProgram
{
    /// <summary>Set for a child: its standard input is a pipe of its supervisor's, and ends when the supervisor does.</summary>
    public const string SupervisedVariable = "UDASEG_SUPERVISED";

    public ProcessStartInfo Command(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo();
        string self = Environment.ProcessPath ?? "dotnet";
        string name = program.GetName().Name ?? "";
        bool ownHost = program.Location.Length == 0 || Path.GetFileName(self) == name || Path.GetFileName(self) == name + ".exe";
        start.FileName = ownHost ? self : DotnetHost(self);
        if (!ownHost) start.ArgumentList.Add(program.Location);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach ((string key, string? value) in configuration.GetSection(UdaSegSettings.Section).AsEnumerable())
        {
            if (value is not null) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        start.Environment[SupervisedVariable] = "1";
        return start;
    }

    private static string DotnetHost(string self)
    {
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } named && File.Exists(named)) return named;
        if (Path.GetFileNameWithoutExtension(self) == "dotnet") return self;
        string? root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        return root is { Length: > 0 } && File.Exists(Path.Combine(root, "dotnet")) ? Path.Combine(root, "dotnet") : "dotnet";
    }
}
