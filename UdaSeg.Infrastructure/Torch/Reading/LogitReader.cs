using System.Buffers;
using System.Numerics;

namespace UdaSeg.Infrastructure.Torch.Reading;

/// <summary>
/// Classes and confidences of every pixel from logits at stride 4, as bilinear upsampling with aligned corners, soft-max and arg-max would give them, but a
/// row at a time: logits of full size (160 MB for 19 classes at 2048×1024) never exist. Between two columns with the same winner every interpolated pixel
/// has that winner too, as no class overtakes another without overtaking at an end; so labels alone cost a fraction of the interpolation.
/// </summary>
internal sealed class LogitReader : IDisposable
{
    private readonly LogitGrid _grid;
    private readonly int _image;
    private readonly int _width;
    private readonly int _height;
    private readonly int[] _left;     // of each pixel: the column of the grid to its left, so that the next one exists
    private readonly float[] _share;  // of each pixel: the weight of the next column

    /// <param name="grid">Of the network.</param>
    /// <param name="image">Index in the grid.</param>
    /// <param name="width">Of the result, in pixels.</param>
    /// <param name="height">Of the result, in pixels.</param>
    public LogitReader(LogitGrid grid, int image, int width, int height)
    {
        (_grid, _image, _width, _height) = (grid, image, width, height);
        _left = ArrayPool<int>.Shared.Rent(width);
        _share = ArrayPool<float>.Shared.Rent(width);
        for (int x = 0; x < width; x++) (_left[x], _share[x]) = Place(x, width, grid.Width);
    }

    /// <param name="labels">Receives the arg-max class of each pixel.</param>
    /// <param name="threads">At most.</param>
    public void ReadLabels(Memory<byte> labels, int threads) => InBands(threads, (work, y) =>
    {
        InterpolateRow(y, work.Row);
        Winners(work.Row, work.Best);
        Spread(work, labels.Span.Slice(y * _width, _width));
    });

    /// <param name="labels">Receives the arg-max class of each pixel.</param>
    /// <param name="confidences">Receives its soft-max probability.</param>
    /// <param name="threads">At most.</param>
    public void ReadConfidences(Memory<byte> labels, Memory<float> confidences, int threads) => InBands(threads, (work, y) =>
    {
        Expand(y, work);
        SoftMax.Confidences(work.Wide, _grid.Classes, _width, labels.Span.Slice(y * _width, _width), confidences.Span.Slice(y * _width, _width));
    });

    /// <param name="probabilities">Receives C·H·W values.</param>
    /// <param name="threads">At most.</param>
    public void ReadProbabilities(Memory<float> probabilities, int threads) => InBands(threads, (work, y) =>
    {
        Expand(y, work);
        SoftMax.Probabilities(work.Wide, _grid.Classes, _width);
        for (int c = 0; c < _grid.Classes; c++)
        {
            work.Wide.Slice(c * _width, _width).CopyTo(probabilities.Span.Slice(((c * _height) + y) * _width, _width));
        }
    });

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_left);
        ArrayPool<float>.Shared.Return(_share);
    }

    private static (int Lower, float Share) Place(int at, int size, int cells)
    {
        if (size == 1 || cells == 1) return (0, 0);
        float position = at * ((cells - 1f) / (size - 1f));
        int lower = Math.Min((int)position, cells - 2);
        return (lower, position - lower);
    }

    private void InBands(int threads, Action<RowWork, int> read)
    {
        int bands = Math.Clamp(threads, 1, _height);
        void Band(int band)
        {
            using var work = new RowWork(_grid.Classes, _grid.Width, _width);
            for (int y = band * _height / bands; y < (band + 1) * _height / bands; y++) read(work, y);
        }

        if (bands == 1) Band(0);
        else Parallel.For(0, bands, Band);
    }

    /// <summary>Between two rows of the grid: [C, w].</summary>
    private void InterpolateRow(int y, Span<float> row)
    {
        (int lower, float share) = Place(y, _height, _grid.Height);
        int upper = Math.Min(lower + 1, _grid.Height - 1), width = _grid.Width;
        for (int c = 0; c < _grid.Classes; c++)
        {
            ReadOnlySpan<float> above = _grid.Row(_image, c, lower), below = _grid.Row(_image, c, upper);
            Span<float> to = row.Slice(c * width, width);
            int i = 0;
            for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> from = new(above[i..]);
                (from + ((new Vector<float>(below[i..]) - from) * share)).CopyTo(to[i..]);
            }

            for (; i < width; i++) to[i] = above[i] + ((below[i] - above[i]) * share);
        }
    }

    /// <summary>The arg-max of each column; the first of equals.</summary>
    private void Winners(ReadOnlySpan<float> row, Span<int> best)
    {
        int width = _grid.Width, i = 0;
        for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> top = new(row[i..]);
            Vector<int> winner = Vector<int>.Zero;
            for (int c = 1; c < _grid.Classes; c++)
            {
                Vector<float> value = new(row[((c * width) + i)..]);
                winner = Vector.ConditionalSelect(Vector.GreaterThan(value, top), new Vector<int>(c), winner);
                top = Vector.Max(value, top);
            }

            winner.CopyTo(best[i..]);
        }

        for (; i < width; i++)
        {
            int winner = 0;
            for (int c = 1; c < _grid.Classes; c++) winner = row[(c * width) + i] > row[(winner * width) + i] ? c : winner;
            best[i] = winner;
        }
    }

    private void Spread(RowWork work, Span<byte> labels)
    {
        ReadOnlySpan<float> row = work.Row;
        ReadOnlySpan<int> best = work.Best;
        int width = _grid.Width;
        for (int x = 0; x < labels.Length; x++)
        {
            int left = _left[x], right = Math.Min(left + 1, width - 1);
            labels[x] = best[left] == best[right] ? (byte)best[left] : Contested(row, left, right, _share[x]);
        }
    }

    private byte Contested(ReadOnlySpan<float> row, int left, int right, float share)
    {
        int winner = 0;
        float top = float.NegativeInfinity;
        for (int at = 0, c = 0; c < _grid.Classes; c++, at += _grid.Width)
        {
            float value = row[at + left] + ((row[at + right] - row[at + left]) * share);
            if (value > top) (top, winner) = (value, c);
        }

        return (byte)winner;
    }

    /// <summary>A row of the result: [C, W].</summary>
    private void Expand(int y, RowWork work)
    {
        InterpolateRow(y, work.Row);
        int last = _grid.Width - 1;
        ReadOnlySpan<int> left = _left.AsSpan(0, _width);
        ReadOnlySpan<float> share = _share.AsSpan(0, _width);
        for (int c = 0; c < _grid.Classes; c++)
        {
            ReadOnlySpan<float> row = work.Row.Slice(c * _grid.Width, _grid.Width);
            Span<float> wide = work.Wide.Slice(c * _width, _width);
            for (int x = 0; x < wide.Length; x++)
            {
                float from = row[left[x]];
                wide[x] = from + ((row[Math.Min(left[x] + 1, last)] - from) * share[x]);
            }
        }
    }

    /// <summary>Buffers of one thread.</summary>
    private sealed class RowWork(int classes, int cells, int width) : IDisposable
    {
        private readonly float[] _row = ArrayPool<float>.Shared.Rent(classes * cells);
        private readonly float[] _wide = ArrayPool<float>.Shared.Rent(classes * width);
        private readonly int[] _best = ArrayPool<int>.Shared.Rent(cells);

        /// <summary>[C, w].</summary>
        public Span<float> Row => _row.AsSpan(0, classes * cells);

        /// <summary>[C, W].</summary>
        public Span<float> Wide => _wide.AsSpan(0, classes * width);

        /// <summary>[w].</summary>
        public Span<int> Best => _best.AsSpan(0, cells);

        public void Dispose()
        {
            ArrayPool<float>.Shared.Return(_row);
            ArrayPool<float>.Shared.Return(_wide);
            ArrayPool<int>.Shared.Return(_best);
        }
    }
}
