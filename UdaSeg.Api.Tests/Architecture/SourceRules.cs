using System.Text.RegularExpressions;

namespace UdaSeg.Api.Tests.Architecture;

/// <summary>House rules that can be read off a file's text. Comments and strings are not code and break none.</summary>
internal static partial class SourceRules
{
    public const int MaxLines = 250;

    private static readonly (Regex Pattern, string Reason)[] Banned =
    [
        (MatMul(), "matmul aborts the process on wrong shapes: use mm, bmm or einsum"),
        (TaskResult(), "Task.Result blocks a pool thread: await it"),
        (WallClock(), "the wall clock is asked through TimeProvider"),
        (HangfireStatics(), "Hangfire's statics share state between hosts: inject IBackgroundJobClient"),
        (ThreadSleep(), "Thread.Sleep holds a thread: await Task.Delay, or wait for an event"),
    ];

    public static IEnumerable<string> BannedCalls(string path, string text)
    {
        string code = CodeOf(text);
        return Banned.Where(b => b.Pattern.IsMatch(code)).Select(b => $"{path}: {b.Pattern.Match(code).Value}: {b.Reason}");
    }

    /// <summary>Grad mode and dispose scopes are thread-local, and a continuation may run on another thread.</summary>
    public static IEnumerable<string> AsyncBesideTensors(string path, string text)
    {
        string code = CodeOf(text);
        if (Torch().IsMatch(code) && AsyncWord().Match(code) is { Success: true } found) yield return $"{path}: {found.Value} in a file that uses TorchSharp";
    }

    public static IEnumerable<string> TooLong(string path, string text)
    {
        int lines = text.TrimEnd('\n').Split('\n').Length;
        if (lines > MaxLines) yield return $"{path}: {lines} lines, more than {MaxLines}: look for the missing concept";
    }

    /// <returns>The text without comments and with empty strings.</returns>
    internal static string CodeOf(string text) => NotCode().Replace(text, m => m.Value[0] == '/' ? " " : "\"\"");

    // Raw strings first, then verbatim (doubled quotes), then plain strings and characters, then comments: whatever starts first wins.
    [GeneratedRegex("""
        \$*"{3,}[\s\S]*?"{3,}|\$?@\$?"(?:[^"]|"")*"|\$?"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'|//[^\n]*|/\*[\s\S]*?\*/
        """)]
    private static partial Regex NotCode();

    [GeneratedRegex(@"\bmatmul\(")]
    private static partial Regex MatMul();

    [GeneratedRegex(@"\.Result\b(?!\s*[(<=])")]
    private static partial Regex TaskResult();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"\b(BackgroundJob|RecurringJob)\.[A-Z]\w*[(<]|\bJobStorage\.Current\b")]
    private static partial Regex HangfireStatics();

    [GeneratedRegex(@"\bThread\.Sleep\b")]
    private static partial Regex ThreadSleep();

    [GeneratedRegex(@"\bTorchSharp\b")]
    private static partial Regex Torch();

    [GeneratedRegex(@"\b(async|await)\b")]
    private static partial Regex AsyncWord();
}
