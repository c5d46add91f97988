using UdaSeg.Domain.Checkpoints;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>Whether an engine can compute a network on this machine at all.</summary>
internal interface IEngineCheck
{
    /// <summary>Work of seconds.</summary>
    bool Survives(Checkpoint checkpoint, string engine);
}
