using UdaSeg.Demo;
using Xunit;

namespace UdaSeg.Api.Tests.Demo;

public sealed class ProgressBarTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly SteppedTime _time = new();

    [Fact]
    public void A_file_gets_a_line_every_ten_seconds_and_every_last_line()
    {
        ProgressBar bar = Bar(live: false);
        for (int second = 0; second < 25; second++, _time.Step(TimeSpan.FromSeconds(1))) bar.Show($"at {second}");
        bar.Finish("done");
        Assert.Equal("at 0\nat 10\nat 20\ndone\n", _output.ToString());
    }

    [Fact]
    public void A_terminal_has_one_line_that_is_written_over_and_cut_to_its_width()
    {
        ProgressBar bar = Bar(live: true);
        bar.Show("first");
        _time.Step(TimeSpan.FromSeconds(1));
        bar.Show(new string('x', 80));
        bar.Finish("done");
        Assert.Equal($"\rfirst\e[K\r{new string('x', 59)}\e[K\rdone\e[K\n", _output.ToString());
    }

    [Fact]
    public void Text_takes_the_place_of_an_open_line()
    {
        ProgressBar bar = Bar(live: true);
        bar.Show("half");
        bar.Print("news");
        Assert.Equal("\rhalf\e[K\r\e[Knews\n", _output.ToString());
    }

    [Theory]
    [InlineData(-1, "░░░░")]
    [InlineData(0.5, "██░░")]
    [InlineData(2, "████")]
    public void A_bar_shows_its_share_and_never_leaves_its_frame(double share, string bar) => Assert.Equal(bar, ProgressLine.Bar(share, 4));

    private ProgressBar Bar(bool live) => new(_output, live, () => 60, _time);

    private sealed class SteppedTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Step(TimeSpan by) => _ticks += by.Ticks;
    }
}
