using System.Numerics;
using UdaSeg.Domain.Checkpoints;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>8-bit pixels to a network's input: (x/255 − mean) / std.</summary>
internal sealed class PixelInput
{
    private readonly float[] _scale = new float[3];
    private readonly float[] _offset = new float[3];
    private readonly Vector<float>[] _scales = new Vector<float>[3];   // three vectors hold whole pixels, whatever their width
    private readonly Vector<float>[] _offsets = new Vector<float>[3];

    public PixelInput(Normalisation normalisation)
    {
        for (int c = 0; c < 3; c++)
        {
            _scale[c] = (float)(1 / (255 * normalisation.Std[c]));
            _offset[c] = (float)(-normalisation.Mean[c] / normalisation.Std[c]);
        }

        int lanes = Vector<float>.Count;
        for (int v = 0; v < 3; v++)
        {
            var scale = new float[lanes];
            var offset = new float[lanes];
            for (int i = 0; i < lanes; i++) (scale[i], offset[i]) = (_scale[((v * lanes) + i) % 3], _offset[((v * lanes) + i) % 3]);
            (_scales[v], _offsets[v]) = (new Vector<float>(scale), new Vector<float>(offset));
        }
    }

    /// <param name="rgb">Interleaved: 3n bytes.</param>
    /// <param name="values">Receives 3n values in the same order.</param>
    public void Interleaved(ReadOnlySpan<byte> rgb, Span<float> values)
    {
        int lanes = Vector<float>.Count, i = 0;
        for (; i <= rgb.Length - (12 * lanes); i += 12 * lanes)
        {
            // Three vectors of bytes widen to twelve of floats: four times the pattern of three.
            for (int part = 0; part < 3; part++)
            {
                Vector.Widen(new Vector<byte>(rgb[(i + (part * 4 * lanes))..]), out Vector<ushort> low, out Vector<ushort> high);
                Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
                Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
                Span<float> to = values.Slice(i + (part * 4 * lanes), 4 * lanes);
                Convert(first, 4 * part).CopyTo(to);
                Convert(second, (4 * part) + 1).CopyTo(to[lanes..]);
                Convert(third, (4 * part) + 2).CopyTo(to[(2 * lanes)..]);
                Convert(fourth, (4 * part) + 3).CopyTo(to[(3 * lanes)..]);
            }
        }

        for (; i < rgb.Length; i++) values[i] = (rgb[i] * _scale[i % 3]) + _offset[i % 3];
    }

    /// <param name="rgb">Interleaved: 3n bytes.</param>
    /// <param name="values">Receives n values of R, then of G, then of B.</param>
    public void Planar(ReadOnlySpan<byte> rgb, Span<float> values)
    {
        int n = rgb.Length / 3;
        Span<float> red = values[..n], green = values.Slice(n, n), blue = values.Slice(2 * n, n);
        float redScale = _scale[0], greenScale = _scale[1], blueScale = _scale[2], redOffset = _offset[0], greenOffset = _offset[1], blueOffset = _offset[2];
        for (int i = 0, p = 0; p + 2 < rgb.Length && i < red.Length && i < green.Length && i < blue.Length; i++, p += 3)
        {
            red[i] = (rgb[p] * redScale) + redOffset;
            green[i] = (rgb[p + 1] * greenScale) + greenOffset;
            blue[i] = (rgb[p + 2] * blueScale) + blueOffset;
        }
    }

    private Vector<float> Convert(Vector<uint> bytes, int vector) =>
        (Vector.ConvertToSingle(Vector.AsVectorInt32(bytes)) * _scales[vector % 3]) + _offsets[vector % 3];
}
