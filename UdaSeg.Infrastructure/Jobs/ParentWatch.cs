using System.Diagnostics;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Ends a child whose supervisor is gone: the next server starts the run again, and two trainers must not write to it.</summary>
internal static class ParentWatch
{
    /// <summary>Does nothing in a process that no supervisor started.</summary>
    public static void Start()
    {
        if (Environment.GetEnvironmentVariable(ChildProgram.SupervisedVariable) is not "1") return;
        Stream input = Console.OpenStandardInput();
        new Thread(() => EndWith(input)) { IsBackground = true, Name = "parent watch" }.Start();
    }

    private static void EndWith(Stream input)
    {
        while (input.ReadByte() >= 0)
        {
            // the supervisor writes nothing; whatever comes is not the end
        }

        // At once and without exit handlers: artifacts are published by rename and rows by transaction, so nothing is left half written.
        using Process self = Process.GetCurrentProcess();
        self.Kill();
    }
}
