using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using UdaSeg.Bench.Measuring;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;

namespace UdaSeg.Bench;

/// <summary>
/// 1×1 convolutions of the ResNets, forward and backward, each in a process of its own: some of them kill it on some processors. As a convolution, and as
/// the product of matrices that it is when channels lie innermost.
/// </summary>
internal static class ShapesBench
{
    /// <summary>Inputs, outputs, and the stride of the layer against the image.</summary>
    private static readonly (int Inputs, int Outputs, int Stride)[] Layers =
    [
        (64, 64, 4), (64, 256, 4), (256, 64, 4), (256, 128, 4), (256, 48, 4), (256, 19, 4), (128, 512, 8), (256, 512, 8), (512, 128, 8), (512, 256, 8),
        (256, 1024, 16), (512, 1024, 16), (1024, 256, 16), (1024, 512, 16), (512, 2048, 16), (1024, 2048, 16), (2048, 512, 16), (2048, 256, 16), (1280, 256, 16),
    ];

    private static readonly string[] Ways = ["nchw", "last", "linear"];

    public static void Run(BenchOptions options)
    {
        (int width, int height) = options.Size("size", "256x128");
        string batch = options.Text("batch", "2");
        foreach (string precision in options.Text("precision", "float32,bf16").Split(','))
        {
            Console.WriteLine($"\n{precision}, batch {batch}, {width}×{height}: ms of forward + backward, or the signal that ended it\n");
            Console.WriteLine("| layer | " + string.Join(" | ", Ways) + " |\n|---|" + string.Concat(Ways.Select(_ => "---|")));
            foreach ((int inputs, int outputs, int stride) in Layers)
            {
                string[] words = ["shape", "--inputs", $"{inputs}", "--outputs", $"{outputs}", "--batch", batch, "--size", $"{width / stride}x{height / stride}", "--precision", precision];
                Console.WriteLine($"| {inputs}→{outputs} at {stride} | {string.Join(" | ", Ways.Select(way => Child([.. words, "--way", way])))} |");
            }
        }
    }

    /// <summary>One layer, in this process.</summary>
    public static void RunOne(BenchOptions options)
    {
        TorchRuntime.SetThreads(0);
        int inputs = options.Number("inputs", 64), outputs = options.Number("outputs", 64), batch = options.Number("batch", 2);
        (int width, int height) = options.Size("size", "32x16");
        string way = options.Text("way", "nchw");
        bool mixed = options.Text("precision", "float32") == "bf16";
        using Tensor x = way == "nchw" ? randn(batch, inputs, height, width) : MemoryLayout.ChannelsLast(randn(batch, inputs, height, width));
        using Tensor weight = way == "nchw" ? randn(outputs, inputs, 1, 1) : MemoryLayout.ChannelsLast(randn(outputs, inputs, 1, 1));
        x.requires_grad = weight.requires_grad = true;
        var times = new List<double>();
        for (int i = 0; i < 12; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            long start = Stopwatch.GetTimestamp();
            Tensor y;
            using (mixed ? Autocast.BFloat16(DeviceType.CPU) : null)
            {
                y = way == "linear"
                    ? nn.functional.linear(x.permute(0, 2, 3, 1), weight.reshape(outputs, inputs)).permute(0, 3, 1, 2)
                    : nn.functional.conv2d(x, weight);
            }

            y.backward(new Tensor[] { way == "nchw" ? ones_like(y) : MemoryLayout.ChannelsLast(ones_like(y)) });
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Console.WriteLine(Comparison.Median(times.Skip(2)).ToString("0.00", CultureInfo.InvariantCulture));
    }

    private static string Child(string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim().Split('\n')[^1] : $"**signal {process.ExitCode - 128}**";
    }
}
