namespace UdaSeg.Domain.Ports;

/// <summary>Immutable outputs by key, such as <c>runs/{id}/stages/0/model.safetensors</c>. A key is published whole or not at all.</summary>
public interface IArtifactStore
{
    /// <summary>Writes to a temporary name, flushes, then publishes under <paramref name="key"/>, replacing what was there.</summary>
    void Write(string key, Action<Stream> write);

    /// <exception cref="FileNotFoundException">When nothing was published under the key.</exception>
    Stream OpenRead(string key);

    bool Exists(string key);

    void Delete(string key);

    /// <summary>Keys that start with <paramref name="prefix"/>, in ordinal order.</summary>
    IReadOnlyList<string> List(string prefix);
}
