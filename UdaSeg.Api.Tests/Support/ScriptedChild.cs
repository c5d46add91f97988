using System.Diagnostics;
using UdaSeg.Infrastructure.Jobs;

namespace UdaSeg.Api.Tests.Support;

/// <summary>A shell script in the trainer's place: how a child ends is what a supervisor sees of it.</summary>
internal sealed class ScriptedChild(string script) : IChildProgram
{
    /// <summary>Lives until it is asked to stop, then says that it wrote a checkpoint.</summary>
    public const string Patient = "trap 'exit 10' TERM; while :; do sleep 0.05; done";

    public string Script { get; set; } = script;

    public IReadOnlyList<string> Arguments { get; private set; } = [];

    public int Starts { get; private set; }

    public ProcessStartInfo Command(params IReadOnlyList<string> arguments)
    {
        (Arguments, Starts) = (arguments, Starts + 1);
        return new ProcessStartInfo("/bin/sh", ["-c", Script]);
    }
}
