using System.Security.Cryptography;
using System.Text;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <param name="Name">Whose it is.</param>
/// <param name="Role">What it opens.</param>
/// <param name="Hash">SHA-256 of the key.</param>
internal sealed record KnownKey(string Name, AccessRole Role, byte[] Hash);

/// <summary>The keys that the service accepts. Keys are 256 random bits, so one round of SHA-256 is as good as a slow hash.</summary>
internal sealed class KeyRing(UdaSegSettings settings)
{
    private readonly KnownKey[] _keys =
    [
        .. settings.ApiKeys.Select(k => new KnownKey(k.Name, AccessSettingsRules.RoleOf(k.Role)!.Value, Convert.FromHexString(k.Sha256))),
    ];

    public KnownKey? Find(string key) => FindHash(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>In hex, of a key by its holder's name.</summary>
    public string HashOf(string name) => Convert.ToHexString(_keys.Single(k => k.Name == name).Hash);

    /// <summary>Looks at every key, and at every byte of each: how long it takes tells nothing about what matched.</summary>
    public KnownKey? FindHash(ReadOnlySpan<byte> hash)
    {
        KnownKey? found = null;
        foreach (KnownKey key in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(key.Hash, hash)) found = key;
        }

        return found;
    }
}
