using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Jobs;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Jobs;

[Collection(nameof(TorchCollection))]
public sealed class TrainerFaultsTests
{
    [Fact]
    public void Torch_s_own_want_of_memory_is_understood()
    {
        Exception fault = Assert.ThrowsAny<Exception>(() => zeros(1L << 55)); // an exabyte
        Assert.Equal("out-of-memory", TrainerFaults.Explain(fault)?.Code);
    }

    [Fact]
    public void A_full_disk_is_told_from_other_faults_of_files()
    {
        // The kernel's own answer: /dev/full has no space, ever.
        Exception fault = Assert.Throws<IOException>(() => File.WriteAllText("/dev/full", "x"));
        Assert.Equal("storage-full", TrainerFaults.Explain(fault)?.Code);
        Assert.Null(TrainerFaults.Explain(new IOException("something else")));
    }

    [Fact]
    public void A_rule_keeps_its_code_and_what_may_be_bad_luck_has_no_explanation()
    {
        Assert.Equal("loss-diverged", TrainerFaults.Explain(new RuleViolationException(RuleKind.Unusable, "loss-diverged", "NaN"))?.Code);
        Assert.Null(TrainerFaults.Explain(new InvalidOperationException("a defect")));
    }

    [Fact]
    public void The_kernel_s_counters_are_read_by_name()
    {
        Assert.Equal(3, MemoryKills.Parse("low 0\nhigh 0\nmax 12\noom 5\noom_kill 3\noom_group_kill 1\n"));
        Assert.Equal(0, MemoryKills.Parse(""));
        Assert.True(MemoryKills.Count() >= 0);
    }
}
