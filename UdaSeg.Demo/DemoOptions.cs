using System.Globalization;

namespace UdaSeg.Demo;

/// <summary>The command line of the demo.</summary>
internal sealed record DemoOptions
{
    public const int DefaultPort = 5080;

    public const string Usage = """
        Usage: ./demo [options]

        Renders two small worlds of streets, one as a game would draw it (with labels) and one as a camera would see it (without),
        starts the service, trains "source only" and "coarse to fine" through its HTTP interface, and shows what the adaptation gained.

          --exit            stop the service and exit when done, instead of serving until Ctrl-C;
                            the exit code is 0 only if the adapted model beats the one trained on the source alone
          --fast            a smoke run of about a minute; its figures mean nothing, so they do not decide the exit code
          --seed N          draw other streets and another run (default 1)
          --port N          the service's port on 127.0.0.1 (default 5080; the next free one if it is taken)
          --data-root DIR   where data, models and results go (default: $UdaSeg__DataRoot, else ~/.udaseg/demo)
          --service FILE    the service to start (default: UdaSeg.Api.dll of this build)
          --help            this text
        """;

    public bool Exit { get; init; }

    public bool Fast { get; init; }

    public bool Help { get; init; }

    public int Seed { get; init; } = 1;

    public int Port { get; init; } = DefaultPort;

    /// <summary>Absolute.</summary>
    public required string DataRoot { get; init; }

    /// <summary>Path of UdaSeg.Api.dll.</summary>
    public required string Service { get; init; }

    /// <exception cref="DemoFailure">An option is unknown, or its value is missing or out of range.</exception>
    public static DemoOptions Parse(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var options = new DemoOptions
        {
            DataRoot = environment("UdaSeg__DataRoot") is { Length: > 0 } root ? root : Path.Combine(home, ".udaseg", "demo"),
            Service = Path.Combine(AppContext.BaseDirectory.Replace("UdaSeg.Demo", "UdaSeg.Api", StringComparison.Ordinal), "UdaSeg.Api.dll"),
        };
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            string Value() => ++i < args.Count ? args[i] : throw new DemoFailure($"{name} needs a value.");
            options = name switch
            {
                "--exit" => options with { Exit = true },
                "--fast" => options with { Fast = true },
                "--help" or "-h" => options with { Help = true },
                "--seed" => options with { Seed = Number(name, Value(), 0, int.MaxValue) },
                "--port" => options with { Port = Number(name, Value(), 1, 65_535) },
                "--data-root" => options with { DataRoot = Value() },
                "--service" => options with { Service = Value() },
                _ => throw new DemoFailure($"There is no option '{name}'. See ./demo --help."),
            };
        }

        return options with { DataRoot = Path.GetFullPath(options.DataRoot) };
    }

    private static int Number(string name, string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw new DemoFailure($"{name} takes a whole number from {min} to {max}, not '{text}'.");
}
