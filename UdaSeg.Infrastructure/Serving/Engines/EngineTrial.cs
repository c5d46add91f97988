using System.Diagnostics;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Reading;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>Measures engines on an image of many colours, in turn, so that other load meets all alike.</summary>
internal static class EngineTrial
{
    /// <summary>A batch must gain so much an image: it makes the first of its requests wait for the others.</summary>
    private const double WorthABatch = 0.9;

    /// <summary>Of all labels.</summary>
    private const double WantedAgreement = 0.995;

    public const int Batch = 4;
    private const int Rounds = 3;

    /// <param name="makers">Engines by name; one that cannot be made or does not compute is passed over.</param>
    /// <param name="size">Of the image, in pixels.</param>
    /// <param name="failed">Told what an engine failed with.</param>
    /// <returns>The fastest, loaded and warm, and what was measured. The others are disposed.</returns>
    public static (IInferenceEngine Engine, EngineChoice Choice) Run(
        IEnumerable<(string Name, Func<IInferenceEngine> Make)> makers, (int Width, int Height) size, Action<string, Exception> failed)
    {
        RgbImage image = Picture(size);
        var engines = new List<IInferenceEngine>();
        foreach ((string name, Func<IInferenceEngine> make) in makers)
        {
            if (Try(name, make, image, failed) is { } engine) engines.Add(engine);
        }

        if (engines.Count == 0) throw new InvalidOperationException("No engine can compute this network; the log says why.");
        Disagreeing(engines, image, failed);
        double[] best = [.. engines.Select(_ => double.PositiveInfinity)];
        for (int round = 0; round < Rounds && engines.Count > 1; round++)
        {
            for (int i = 0; i < engines.Count; i++) best[i] = Math.Min(best[i], Time(engines[i], [image]));
        }

        int winner = Array.IndexOf(best, best.Min());
        for (int i = 0; i < engines.Count; i++)
        {
            if (i != winner) engines[i].Dispose();
        }

        var times = engines.Zip(best).Where(e => double.IsFinite(e.Second)).ToDictionary(e => e.First.Name, e => e.Second, StringComparer.Ordinal);
        return (engines[winner], new EngineChoice(engines[winner].Name, BatchOf(engines[winner], image), times));
    }

    /// <summary>One image, so that the first request need not wait for what is set up once.</summary>
    public static void WarmUp(IInferenceEngine engine, (int Width, int Height) size) => engine.Run([Picture(size)]).Dispose();

    private static IInferenceEngine? Try(string name, Func<IInferenceEngine> make, RgbImage image, Action<string, Exception> failed)
    {
        IInferenceEngine? engine = null;
        try
        {
            engine = make();
            using LogitGrid grid = engine.Run([image]);
            foreach (float value in grid.Values)
            {
                if (!float.IsFinite(value)) throw new ArithmeticException($"{name} gives logits that are no numbers.");
            }

            return engine;
        }
        catch (Exception fault) when (fault is not (OutOfMemoryException or RuleViolationException))
        {
            engine?.Dispose();
            failed(name, fault);
            return null;
        }
    }

    private static int BatchOf(IInferenceEngine engine, RgbImage image)
    {
        RgbImage[] many = [.. Enumerable.Repeat(image, Batch)];
        engine.Run(many).Dispose();
        double one = double.PositiveInfinity, all = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++) (one, all) = (Math.Min(one, Time(engine, [image])), Math.Min(all, Time(engine, many)));
        return all / Batch < one * WorthABatch ? Batch : 1;
    }

    private static double Time(IInferenceEngine engine, IReadOnlyList<RgbImage> images)
    {
        long start = Stopwatch.GetTimestamp();
        engine.Run(images).Dispose();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>
    /// An engine of less precision must label as the first does (which is of full precision) to be chosen by itself; an operator may still name it.
    /// </summary>
    private static void Disagreeing(List<IInferenceEngine> engines, RgbImage image, Action<string, Exception> failed)
    {
        byte[] due = Labels(engines[0], image);
        foreach (IInferenceEngine engine in engines.Skip(1).ToArray())
        {
            double share = Labels(engine, image).Zip(due).Count(p => p.First == p.Second) / (double)due.Length;
            if (share >= WantedAgreement) continue;
            engines.Remove(engine);
            engine.Dispose();
            failed(engine.Name, new ArithmeticException($"{engine.Name} agrees with {engines[0].Name} on {100 * share:0.0} % of the labels only."));
        }
    }

    private static byte[] Labels(IInferenceEngine engine, RgbImage image)
    {
        var labels = new byte[image.Width * image.Height];
        using LogitGrid grid = engine.Run([image]);
        using var reader = new LogitReader(grid, 0, image.Width, image.Height);
        reader.ReadLabels(labels, threads: 1);
        return labels;
    }

    /// <summary>Soft waves of colour with edges between them: no photograph, but not one class all over either.</summary>
    private static RgbImage Picture((int Width, int Height) size)
    {
        var image = new RgbImage(size.Width, size.Height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            int x = i / 3 % size.Width, y = i / 3 / size.Width;
            double wave = Math.Sin((x * 0.05) + (i % 3)) + Math.Cos((y * 0.07) - (i % 3)) + ((x / 40 % 2) - (y / 30 % 2));
            image.Pixels[i] = (byte)Math.Clamp(110 + (35 * wave), 0, 255);
        }

        return image;
    }
}
