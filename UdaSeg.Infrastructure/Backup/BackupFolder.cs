using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace UdaSeg.Infrastructure.Backup;

/// <param name="Format">Of the folder.</param>
/// <param name="Kind">What it can be brought back to, such as <c>sqlite+files</c>.</param>
/// <param name="Schema">The database's last migration.</param>
/// <param name="At">When the database was copied.</param>
/// <param name="Missing">Artifacts and data sets that rows name and the store did not have.</param>
internal sealed record BackupInfo(int Format, string Kind, string Schema, DateTimeOffset At, IReadOnlyList<string> Missing);

/// <summary>
/// A backup's files: <c>database/</c>, <c>artifacts/{key}</c>, <c>datasets/{id}/…</c>, <c>backup.json</c>, and the digests of all of them in a file that comes last and
/// that <c>sha256sum -c</c> reads. Without it a backup is not complete.
/// </summary>
internal sealed class BackupFolder(string path)
{
    public const int Format = 1;

    private const string SumsName = "SHA256SUMS";
    private const string InfoName = "backup.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly SortedDictionary<string, string> _sums = new(StringComparer.Ordinal);

    public string Root { get; } = Path.GetFullPath(path);

    /// <summary>Names under the root, with <c>/</c>.</summary>
    public IReadOnlyCollection<string> Names => _sums.Keys;

    public string PathOf(string name) => Path.Combine(Root, name.Replace('/', Path.DirectorySeparatorChar));

    /// <exception cref="BackupRefusedException">The folder has files.</exception>
    public void Create()
    {
        Directory.CreateDirectory(Root);
        if (Directory.EnumerateFileSystemEntries(Root).Any()) throw new BackupRefusedException($"'{Root}' is not empty: every backup gets a folder of its own.");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // holds the database
    }

    /// <summary>Copies a file into the backup.</summary>
    public void Add(string name, Stream from)
    {
        string file = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using (var to = new FileStream(file, FileMode.Create, FileAccess.Write)) from.CopyTo(to);
        AddWritten(name);
    }

    /// <summary>Takes in what was written to <see cref="PathOf"/>.</summary>
    public void AddWritten(string name) => _sums[name] = DigestOf(name);

    /// <summary>Forgets a folder that vanished while it was copied.</summary>
    public void Drop(string folder)
    {
        if (Directory.Exists(PathOf(folder))) Directory.Delete(PathOf(folder), recursive: true);
        foreach (string name in _sums.Keys.Where(n => n.StartsWith(folder + "/", StringComparison.Ordinal)).ToArray()) _sums.Remove(name);
    }

    /// <summary>Now it is a backup.</summary>
    public void Complete(BackupInfo info)
    {
        File.WriteAllText(PathOf(InfoName), JsonSerializer.Serialize(info, Json));
        AddWritten(InfoName);
        string temporary = PathOf(SumsName + ".tmp");
        File.WriteAllLines(temporary, _sums.Select(s => Line(s.Key, s.Value)));
        File.Move(temporary, PathOf(SumsName));
    }

    /// <summary>Reads a backup, and every byte of it.</summary>
    /// <exception cref="BackupRefusedException">It is not complete, or damaged.</exception>
    public BackupInfo Open()
    {
        if (!File.Exists(PathOf(SumsName))) throw new BackupRefusedException($"'{Root}' is no complete backup: it has no {SumsName}.");
        foreach (string line in File.ReadLines(PathOf(SumsName), Encoding.UTF8))
        {
            (string name, string sum) = Parse(line);
            _sums[name] = sum;
        }

        foreach ((string name, string sum) in _sums)
        {
            if (!File.Exists(PathOf(name))) throw new BackupRefusedException($"The backup is damaged: '{name}' is missing.");
            if (DigestOf(name) != sum) throw new BackupRefusedException($"The backup is damaged: '{name}' does not have its SHA-256.");
        }

        BackupInfo? info = _sums.ContainsKey(InfoName) ? JsonSerializer.Deserialize<BackupInfo>(File.ReadAllText(PathOf(InfoName)), Json) : null;
        return info is { Format: Format } ? info : throw new BackupRefusedException($"'{Root}' is no backup of a format that this version knows.");
    }

    private string DigestOf(string name)
    {
        using FileStream file = File.OpenRead(PathOf(name));
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    // As sha256sum does it: a line whose name needed escapes begins with a backslash.
    private static string Line(string name, string sum) => name.AsSpan().ContainsAny('\\', '\n')
        ? $@"\{sum}  {name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}"
        : $"{sum}  {name}";

    private static (string Name, string Sum) Parse(string line)
    {
        bool escaped = line.StartsWith('\\');
        string[] parts = line[(escaped ? 1 : 0)..].Split("  ", 2);
        if (parts.Length != 2 || parts[1].Split('/').Contains("..") || Path.IsPathRooted(parts[1]))
        {
            throw new BackupRefusedException($"{SumsName} has a line that is none: '{line}'.");
        }

        if (!escaped) return (parts[1], parts[0]);
        string unescaped = parts[1].Replace("\\\\", "\0", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);
        return (unescaped.Replace('\0', '\\'), parts[0]);
    }
}
