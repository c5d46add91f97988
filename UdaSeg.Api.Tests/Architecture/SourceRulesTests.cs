using Xunit;

namespace UdaSeg.Api.Tests.Architecture;

public sealed class SourceRulesTests
{
    [Fact]
    public void No_file_makes_a_banned_call() => Assert.Empty(SourceTree.Files().SelectMany(f => SourceRules.BannedCalls(f.Path, f.Text)));

    [Fact]
    public void No_file_is_asynchronous_beside_tensors() => Assert.Empty(SourceTree.Files().SelectMany(f => SourceRules.AsyncBesideTensors(f.Path, f.Text)));

    [Fact]
    public void No_file_outgrows_its_concept() => Assert.Empty(SourceTree.Files().SelectMany(f => SourceRules.TooLong(f.Path, f.Text)));

    [Fact]
    public void The_scan_sees_every_project()
    {
        IEnumerable<string> projects = SourceTree.Files().Select(f => f.Path.Split('/')[0]);
        Assert.Superset(new HashSet<string> { "UdaSeg.Domain", "UdaSeg.Api", "UdaSeg.Demo", "UdaSeg.Api.Tests", "clients" }, new HashSet<string>(projects));
    }

    [Theory]
    [InlineData("Tensor y = x.matmul(w);")]
    [InlineData("Tensor y = torch.matmul(x, w);")]
    [InlineData("int n = task.Result;")]
    [InlineData("return Load().Result.Count;")]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var now = DateTime.Now;")]
    [InlineData("var now = DateTimeOffset.UtcNow;")]
    [InlineData("BackgroundJob.Enqueue<Job>(j => j.Run(id));")]
    [InlineData("RecurringJob.AddOrUpdate(\"x\", () => Run(), Cron.Daily);")]
    [InlineData("JobStorage.Current = storage;")]
    [InlineData("Thread.Sleep(100);")]
    [InlineData("string a = \"//\"; Thread.Sleep(100);")]
    public void A_banned_call_is_found(string code) => Assert.Single(SourceRules.BannedCalls("Bad.cs", code));

    [Theory]
    [InlineData("// never Thread.Sleep here")]
    [InlineData("/* DateTime.UtcNow */ int x = 1;")]
    [InlineData("string s = \"JobStorage.Current\";")]
    [InlineData("string s = @\"a\"\"Thread.Sleep\";")]
    [InlineData("string s = \"\"\"\n  say \"Thread.Sleep\"\n  \"\"\";")]
    [InlineData("char q = '\"'; // Thread.Sleep")]
    [InlineData("IBackgroundJobClient jobs; jobs.Enqueue(x);")]
    [InlineData("Results.Ok(x); TypedResults.Ok();")]
    public void What_is_not_such_a_call_is_left_alone(string code) => Assert.Empty(SourceRules.BannedCalls("Good.cs", code));

    [Theory]
    [InlineData("using static TorchSharp.torch; async Task Run() { }", 1)]
    [InlineData("using TorchSharp; void Run() { foo(); } Task X() => await y;", 1)]
    [InlineData("using TorchSharp; void Run() { } // async would break grad mode", 0)]
    [InlineData("async Task Run() { await x; }", 0)]
    public void Async_counts_only_beside_tensors(string code, int faults) => Assert.Equal(faults, SourceRules.AsyncBesideTensors("Any.cs", code).Count());

    [Theory]
    [InlineData(SourceRules.MaxLines, 0)]
    [InlineData(SourceRules.MaxLines + 1, 1)]
    public void A_file_is_too_long_from_one_line_past_the_limit(int lines, int faults)
    {
        string text = string.Concat(Enumerable.Repeat("x\n", lines));
        Assert.Equal(faults, SourceRules.TooLong("Any.cs", text).Count());
    }
}
