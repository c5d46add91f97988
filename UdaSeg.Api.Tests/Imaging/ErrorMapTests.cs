using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Imaging;

public sealed class ErrorMapTests
{
    private const int Width = 37, Height = 23;

    private static readonly bool[] s_counted = [true, false, true];

    private readonly RgbImage _photo = new(Width, Height);
    private readonly LabelMap _truth = new(Width, Height);
    private readonly LabelMap _prediction = new(Width, Height);

    public ErrorMapTests()
    {
        var random = new Random(7);
        random.NextBytes(_photo.Pixels);
        byte[] labels = [0, 1, 2, 255];
        for (int i = 0; i < _truth.Labels.Length; i++) (_truth.Labels[i], _prediction.Labels[i]) = (labels[random.Next(4)], labels[random.Next(4)]);
    }

    [Fact]
    public void Every_pixel_is_what_an_obvious_drawing_makes_of_it()
    {
        RgbImage drawn = ErrorMap.Draw(_photo, _truth, _prediction, s_counted);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                int at = (y * Width) + x;
                double grey = Math.Floor(Math.Round((0.299 * _photo.Pixels[3 * at]) + (0.587 * _photo.Pixels[(3 * at) + 1]) + (0.114 * _photo.Pixels[(3 * at) + 2])) / 2);
                bool counts = _truth.Labels[at] is 0 or 2, wrong = counts && _truth.Labels[at] != _prediction.Labels[at];
                double[] expected = wrong
                    ? [.. new double[] { 255, 72, 48 }.Select(red => Math.Floor((0.75 * red) + (0.25 * grey)))]
                    : !counts && (x + y) % 6 == 0 ? [190, 190, 190] : [grey, grey, grey];
                Assert.Equal(expected.Select(v => (byte)v), drawn.Pixels.AsSpan(3 * at, 3).ToArray());
            }
        }
    }

    [Fact]
    public void The_wrong_share_is_of_the_pixels_that_count()
    {
        (byte Truth, byte Prediction)[] counted = [.. _truth.Labels.Zip(_prediction.Labels).Where(p => p.First is 0 or 2)];
        Assert.Equal(counted.Count(p => p.Truth != p.Prediction) / (double)counted.Length, ErrorMap.WrongShare(_truth, _prediction, s_counted));
        Assert.Null(ErrorMap.WrongShare(_truth, _prediction, [false, false, false]));
    }

    [Fact]
    public void Sizes_that_differ_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ErrorMap.Draw(new RgbImage(Height, Width), _truth, _prediction, s_counted));
        Assert.Throws<ArgumentException>(() => ErrorMap.Draw(_photo, _truth, new LabelMap(Height, Width), s_counted));
    }
}
