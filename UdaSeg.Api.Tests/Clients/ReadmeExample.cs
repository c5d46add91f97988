using UdaSeg.Api.Tests.Architecture;
using UdaSeg.Client;

namespace UdaSeg.Api.Tests.Clients;

/// <summary>The README's C# example; what stands between the two comments is what the README shows.</summary>
internal static class ReadmeExample
{
    public static async Task RunAsync(UdaSegClient api, string folder, TextWriter Console)
    {
        // begin
        DatasetAnswer real = await api.CreateDatasetAsync(new() { Name = "real", Domain = DatasetDomain.Target, Path = "real", Labels = null });
        await api.WaitForDatasetAsync(real.Id.ToString());
        try
        {
            await foreach (SampleAnswer sample in api.AllSamplesAsync(real.Id.ToString()))
            {
                using FileResponse photo = await api.GetSampleImageAsync(real.Id.ToString(), sample.Name);
                using FileResponse mask = await api.SegmentImageFileAsync(SegmentImageAccept.Image_png, "default", image: new FileParameter(photo.Stream));
                await using FileStream file = File.Create(Path.Combine(folder, $"{sample.Name}.png"));
                await mask.Stream.CopyToAsync(file);
            }

            await api.GetCheckpointAsync(Guid.NewGuid());
        }
        catch (UdaSegException refused) when (refused.Code == "checkpoint-not-found")
        {
            Console.WriteLine(refused.Problem?.Detail);
        }
        // end
    }

    /// <returns>Its lines as the README has them.</returns>
    public static IEnumerable<string> Body()
    {
        const string Indent = "        ";
        return File.ReadLines(Path.Combine(SourceTree.Root, "UdaSeg.Api.Tests/Clients/ReadmeExample.cs"))
            .SkipWhile(l => l != Indent + "// begin").Skip(1).TakeWhile(l => l != Indent + "// end")
            .Select(l => l.Length == 0 ? l : l[Indent.Length..]);
    }
}
