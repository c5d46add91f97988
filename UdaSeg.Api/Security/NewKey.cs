using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <summary>The verb <c>new-key</c>: makes a key, shows it once, and says what to add to the settings.</summary>
internal static class NewKey
{
    private const int Bytes = 32;

    /// <returns>The process's exit code.</returns>
    public static int Run(string name, string role, TextWriter output, TextWriter faults)
    {
        if (!AccessSettingsRules.IsName(name) || AccessSettingsRules.RoleOf(role) is null)
        {
            faults.WriteLine($"Usage: new-key --name <{AccessSettingsRules.NameForm}> --role <{AccessSettingsRules.RoleForm}>");
            return 2;
        }

        string key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        output.WriteLine($"Key (shown once, for {name}): {key}");
        output.WriteLine();
        output.WriteLine("Add to appsettings.json, in the list UdaSeg:ApiKeys:");
        output.WriteLine($$"""  { "name": "{{name}}", "role": "{{role}}", "sha256": "{{hash}}" }""");
        output.WriteLine("or to the environment, with the next free number for 0:");
        output.WriteLine($"  UdaSeg__ApiKeys__0__Name={name} UdaSeg__ApiKeys__0__Role={role} UdaSeg__ApiKeys__0__Sha256={hash}");
        return 0;
    }
}
