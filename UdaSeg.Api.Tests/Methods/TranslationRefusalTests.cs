using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>The scheme <c>gan</c> is a run's own: whoever aligns without a run is told so.</summary>
public sealed class TranslationRefusalTests : IDisposable
{
    private const string Code = "scheme-needs-run";

    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Aligning_an_image_is_refused()
    {
        using MultipartFormDataContent form = new();
        foreach (string part in (string[])["source", "reference"]) form.Add(new ByteArrayContent(ResourceHost.Png(20, 10, 1)), part, $"{part}.png");
        JsonElement problem = await (await _host.SendAsync(HttpMethod.Post, "/api/v1/alignments?scheme=gan", form)).ProblemAsync(422, Code);
        Assert.Contains("training run", problem.Text("detail"), StringComparison.Ordinal);
        Assert.NotEmpty(problem.GetProperty("errors").GetProperty("scheme").EnumerateArray());
    }

    [Fact]
    public async Task Aligning_a_data_set_and_measuring_a_gap_are_refused()
    {
        Dataset set = Samples.Dataset("set", DatasetStatus.Ready);
        await _host.Services.GetRequiredService<DatasetStore>().AddAsync(set, TestContext.Current.CancellationToken);
        HttpContent gap = JsonContent.Create(new { source = set.Id, target = set.Id, scheme = "gan" });
        await (await _host.SendAsync(HttpMethod.Post, "/api/v1/domain-gaps", gap)).ProblemAsync(422, Code);
        HttpContent aligned = JsonContent.Create(new { name = "Aligned", target = set.Id, scheme = "gan" });
        await (await _host.SendAsync(HttpMethod.Post, $"/api/v1/datasets/{set.Id}/alignments", aligned)).ProblemAsync(422, Code);
    }

    [Fact]
    public async Task A_run_may_name_it_and_the_interface_offers_it_nowhere_else()
    {
        string options = Uri.EscapeDataString("""{"alignment":{"scheme":"gan"},"translation":{"iterations":5,"crop":[64,48]}}""");
        await (await _host.SendAsync(HttpMethod.Get, $"/api/v1/training-presets/estimate?preset=tiny&options={options}")).JsonAsync(HttpStatusCode.OK);
        JsonElement document = await (await _host.SendAsync(HttpMethod.Get, "/swagger/v1/swagger.json")).JsonAsync();
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.Contains("gan", Choices(schemas.GetProperty("AlignmentScheme")));
        foreach (string request in (string[])["DomainGapRequest", "AlignDataset"])
        {
            Assert.DoesNotContain("gan", Choices(schemas.GetProperty(request).GetProperty("properties").GetProperty("scheme")));
        }

        JsonElement scheme = document.GetProperty("paths").GetProperty("/api/v1/alignments").GetProperty("post").GetProperty("parameters")
            .EnumerateArray().Single(p => p.Text("name") == "scheme").GetProperty("schema");
        Assert.Equal(["hybrid", "labGamma", "labHistogram", "fourier", "none"], Choices(scheme));
    }

    [Fact]
    public void No_map_of_colours_stands_in_for_it()
    {
        var style = StyleProfile.Of(new RgbImage(8, 8));
        Assert.Equal(Code, Assert.Throws<RuleViolationException>(() => PhotometricMap.Solve(style, style, new AlignmentSettings(AlignmentScheme.Gan))).Code);
        Assert.Equal(Code, Assert.Throws<RuleViolationException>(
            () => PhotometricAligner.Align(new RgbImage(8, 8), style, new AlignmentSettings(AlignmentScheme.Gan))).Code);
    }

    [Theory]
    [InlineData("iterations", "0")]
    [InlineData("learningRate", "0")]
    [InlineData("width", "0")]
    [InlineData("blocks", "-1")]
    [InlineData("crop", "[31,64]")]
    [InlineData("cycleWeight", "-1")]
    [InlineData("identityWeight", "1001")]
    [InlineData("semanticTranslatedWeight", "-1")]
    [InlineData("semanticCycleWeight", "-1")]
    public void Settings_out_of_their_range_are_named(string name, string value)
    {
        JsonElement options = JsonElement.Parse($$$"""{"translation":{"{{{name}}}":{{{value}}}}}""");
        var refusal = Assert.Throws<RuleViolationException>(() => TrainingPlanReader.Read("tiny", options));
        Assert.Equal(("plan-out-of-range", $"translation.{name}"), (refusal.Code, Assert.Single(refusal.Fields).Key));
    }

    private static string?[] Choices(JsonElement schema) => [.. schema.GetProperty("enum").EnumerateArray().Select(c => c.GetString())];
}
