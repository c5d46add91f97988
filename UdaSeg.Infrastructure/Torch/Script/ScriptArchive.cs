using System.IO.Compression;
using System.Text;
using TorchSharp;

namespace UdaSeg.Infrastructure.Torch.Script;

/// <summary>
/// A TorchScript file with code and no tensors, made in memory. It is the one way from .NET to the operators outside <c>aten</c>: in a loaded file
/// <c>ops.mkldnn.…</c> resolves, in <see cref="torch.jit.compile"/> it does not.
/// </summary>
internal static class ScriptArchive
{
    private const string TypeName = "Operators";

    /// <summary>Loads methods as a module whose <c>invoke</c> calls them by name.</summary>
    /// <param name="methods">
    /// Functions in TorchScript's serialised dialect (<c>torch.x</c> for aten, <c>ops.ns.x</c> for others), each with <c>self</c> as first parameter and
    /// without annotation of it, indented by two blanks.
    /// </param>
    public static torch.jit.ScriptModule Load(string methods)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            string code = methods.Replace("(self,", $"(self: __torch__.{TypeName},", StringComparison.Ordinal);
            Add(zip, "code/__torch__.py", $"class {TypeName}(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n{code}\n");
            Add(zip, "data.pkl", PickledModule());
            Add(zip, "constants.pkl", "\u0080\u0002)."); // an empty tuple
            Add(zip, "version", "3\n");
        }

        return torch.jit.load(file.ToArray(), torch.CPU);
    }

    /// <summary>Pickle protocol 2: a new object of the class, whose only attribute is <c>training = False</c>.</summary>
    private static string PickledModule() => $"\u0080\u0002c__torch__\n{TypeName}\n)\u0081}}(X\u0008\0\0\0training\u0089ub.";

    // Latin-1: a pickle is bytes, written here one a character.
    private static void Add(ZipArchive zip, string name, string content)
    {
        using Stream entry = zip.CreateEntry("operators/" + name, CompressionLevel.NoCompression).Open();
        entry.Write(Encoding.Latin1.GetBytes(content));
    }
}
