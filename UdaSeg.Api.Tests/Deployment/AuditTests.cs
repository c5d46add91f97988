using System.Diagnostics;
using UdaSeg.Api.Tests.Architecture;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Deployment;

/// <summary><c>deploy/audit</c> with a tool that answers as it is told, in the words of the real one.</summary>
public sealed class AuditTests : IDisposable
{
    private const string Sound = "The given project `X` has no vulnerable packages given the current sources.";
    private const string Bad = "Project `X` has the following vulnerable packages";
    private const string Away = "error: Unable to load the service index for source.";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Bad, Bad, 1, Bad)]
    [InlineData(Sound + "\n" + Bad, Bad, 1, Bad)] // of several projects, one
    [InlineData(Sound, Bad, 0, "no package has a known vulnerability")]
    [InlineData(Sound, Sound, 0, "NOT audited")] // a source that calls everything sound
    [InlineData(Sound, Away, 0, "NOT audited")]
    [InlineData(Away, Away, 0, "NOT audited")]
    public async Task What_is_known_fails_and_what_is_not_known_is_said(string ours, string known, int code, string said)
    {
        string tool = _folder.Sub("dotnet");
        await File.WriteAllTextAsync(tool, $"#!/bin/sh\ncase \"$*\" in *UdaSeg.sln*) echo '{ours}' ;; *) echo '{known}' ;; esac\n", TestContext.Current.CancellationToken);
        await Command.RunAsync(_folder.Path, "chmod", "+x", tool);
        var start = new ProcessStartInfo(Path.Combine(SourceTree.Root, "deploy", "audit")) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(code, process.ExitCode);
        Assert.Contains(said, output + errors);
    }
}
