namespace UdaSeg.Infrastructure.Settings;

/// <summary>What an operator may set, bound from <c>UdaSeg:</c> (appsettings, or the environment with <c>__</c>).</summary>
public sealed record UdaSegSettings
{
    public const string Section = "UdaSeg";

    /// <summary>Embedded state: the SQLite file and the artifacts. Empty: <c>~/.udaseg</c>.</summary>
    public string DataRoot { get; init; } = "";

    /// <summary>A PostgreSQL connection string: the tables and the job queue live there. Empty: SQLite in the data root, and a queue in memory.</summary>
    public string Database { get; init; } = "";

    /// <summary>Folders under which data sets may be registered; a relative path is tried against them in this order.</summary>
    public IReadOnlyList<string> DatasetRoots { get; init; } = [];

    /// <summary>Folders under which files of pretrained weights may be named.</summary>
    public IReadOnlyList<string> WeightRoots { get; init; } = [];

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda</c>: what a plan's <c>auto</c> means on this machine.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>
    /// What segments images on a processor: <c>auto</c> (the fastest by measurement, once a kind of network), <c>torch-winograd</c>, <c>torch-float32</c>,
    /// <c>torch-bf16</c> or <c>onnxruntime</c>.
    /// </summary>
    public string Engine { get; init; } = "auto";

    /// <summary>Threads of tensor operators; 0: as many as there are processors.</summary>
    public int Threads { get; init; }

    /// <summary>What this process does; the command line's <c>--role</c>.</summary>
    public ServerRole Role { get; init; } = ServerRole.All;

    /// <summary>A worker that shows no sign of life for so long loses its run to another.</summary>
    public int LeaseSeconds { get; init; } = 30;

    /// <summary>Below so many free bytes on the data root's disk the server is not ready, so that an operator learns of it before runs fail; 0: never asked.</summary>
    public long MinFreeBytes { get; init; } = 512L << 20;

    /// <summary>An absolute folder with another front end (its <c>index.html</c>), served at <c>/</c> in place of the pages that ship. Empty: those.</summary>
    public string PagesFolder { get; init; } = "";

    public LimitSettings Limits { get; init; } = new();

    public ArtifactSettings Artifacts { get; init; } = new();

    public CorsSettings Cors { get; init; } = new();

    /// <summary>Who may use the service, and for what.</summary>
    public IReadOnlyList<ApiKeySettings> ApiKeys { get; init; } = [];

    public OidcSettings Oidc { get; init; } = new();

    public HangfireSettings Hangfire { get; init; } = new();

    /// <summary>With neither keys nor an issuer of tokens, whoever reaches the service may do everything; so it listens to this machine only.</summary>
    public bool IsOpen => ApiKeys.Count == 0 && !Oidc.IsSet;

    public LabelStudioSettings LabelStudio { get; init; } = new();

    /// <summary><see cref="DataRoot"/> made absolute.</summary>
    public string ResolvedDataRoot => Path.GetFullPath(string.IsNullOrWhiteSpace(DataRoot)
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".udaseg")
        : DataRoot);

    /// <summary>One process on one data root, with no database server.</summary>
    public bool IsEmbedded => !UsesPostgres;

    /// <summary>Whether <see cref="Database"/> names a server.</summary>
    public bool UsesPostgres => !string.IsNullOrWhiteSpace(Database);

    /// <summary>
    /// Whether other hosts may need files that lie in this one's data root. With a database server but no bucket, artifacts lie in the data root too, and
    /// all processes must share it.
    /// </summary>
    public bool HostsShareNoDisk => UsesPostgres && Artifacts.S3 is not null;

    /// <summary>SQLite's file, where it is used.</summary>
    public string DatabasePath => Path.Combine(ResolvedDataRoot, "udaseg.db");

    public string ArtifactRoot => Path.Combine(ResolvedDataRoot, "artifacts");

    /// <summary>Which engine was measured to be the fastest.</summary>
    public string EngineFile => Path.Combine(ResolvedDataRoot, "engines.json");

    /// <summary>Local copies of artifacts that lie in a bucket.</summary>
    public string CacheRoot => Path.Combine(ResolvedDataRoot, "cache");

    /// <summary>What sessions of browsers are sealed with.</summary>
    public string SealRoot => Path.Combine(ResolvedDataRoot, "session-keys");
}

/// <summary>What a process takes part in.</summary>
public enum ServerRole
{
    /// <summary>Everything, in one process.</summary>
    All,

    /// <summary>Answers requests; whatever takes long is left to workers.</summary>
    Api,

    /// <summary>Trains, validates, aligns and evaluates; answers nothing but its health.</summary>
    Worker,
}

/// <summary>Every limit in force; <c>GET /limits</c> shows them.</summary>
public sealed record LimitSettings
{
    /// <summary>Of one request's body.</summary>
    public long MaxUploadBytes { get; init; } = 32L << 20;

    /// <summary>Of a body of JSON, which is parsed in memory: a mapping of 65,536 label values fits.</summary>
    public long MaxJsonBytes { get; init; } = 2L << 20;

    /// <summary>Of one uploaded data set's archive.</summary>
    public long MaxArchiveBytes { get; init; } = 4L << 30;

    /// <summary>Files and folders of one archive.</summary>
    public int MaxArchiveEntries { get; init; } = 200_000;

    /// <summary>Of all files of one archive, unpacked.</summary>
    public long MaxArchiveUnpackedBytes { get; init; } = 16L << 30;

    /// <summary>How many times its own size an archive may unpack to.</summary>
    public int MaxArchiveRatio { get; init; } = 200;

    /// <summary>Of the weights of an imported checkpoint.</summary>
    public long MaxWeightsBytes { get; init; } = 1L << 30;

    /// <summary>Of one decoded image, by its header.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>Of one decoded image's width and of its height, by its header: a strip one pixel high costs more than its pixels tell.</summary>
    public int MaxSide { get; init; } = 16_384;

    /// <summary>Training runs that one server works on at a time; the rest waits in the queue.</summary>
    public int MaxConcurrentRuns { get; init; } = 1;

    /// <summary>Runs that may wait; beyond it a submission is answered 503.</summary>
    public int MaxQueuedRuns { get; init; } = 1000;

    /// <summary>Runs of one study: its arms times its seeds.</summary>
    public int MaxStudyRuns { get; init; } = 256;

    /// <summary>Images in work at a time: one is computed while others are decoded and encoded.</summary>
    public int MaxConcurrentSegmentations { get; init; } = 4;

    /// <summary>Segmentations that may wait; beyond it a request is answered 503.</summary>
    public int MaxWaitingSegmentations { get; init; } = 8;

    /// <summary>Images aligned at a time.</summary>
    public int MaxConcurrentAlignments { get; init; } = 2;

    /// <summary>Alignments that may wait; beyond it a request is answered 503.</summary>
    public int MaxWaitingAlignments { get; init; } = 16;

    /// <summary>Images that a comparison of two data sets looks at on each side.</summary>
    public int MaxDomainGapImages { get; init; } = 50;

    /// <summary>Checkpoints kept loaded for segmentation; the least recently used one goes first.</summary>
    public int MaxLoadedCheckpoints { get; init; } = 8;

    /// <summary>Of the weights of all checkpoints kept loaded; one checkpoint may exceed it, as it must be loaded to be used.</summary>
    public long MaxLoadedModelBytes { get; init; } = 1L << 30;

    /// <summary>Of one caller; a minute's requests may come at once. Callers are told apart by key or token, and without one by address. 0: no limit.</summary>
    public int RequestsPerMinute { get; init; } = 6000;

    /// <summary>How many of those may be POSTs, which are what costs. 0: no limit of their own.</summary>
    public int PostsPerMinute { get; init; } = 3000;

    /// <summary>Keys and tokens that one address may show and that are not accepted; then it waits, whatever it shows. 0: no limit.</summary>
    public int RefusedKeysPerMinute { get; init; } = 60;

    /// <summary>That an alignment, a segmentation or a comparison of data sets may take, with its body's receipt and its wait; then it is answered 504.</summary>
    public int RequestSeconds { get; init; } = 60;

    /// <summary>That a client may take to send a request's headers.</summary>
    public int HeaderSeconds { get; init; } = 30;

    /// <summary>At which a client must send and read, after 5 seconds; slower ones are cut off. 0: no limit.</summary>
    public int MinBytesPerSecond { get; init; } = 240;

    /// <summary>Open at a time; more are closed without an answer. 0: no limit.</summary>
    public int MaxConnections { get; init; } = 1000;

    /// <summary>How long an answer is remembered under its Idempotency-Key.</summary>
    public int IdempotencyHours { get; init; } = 24;
}
