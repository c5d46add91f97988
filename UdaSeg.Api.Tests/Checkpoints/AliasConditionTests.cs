using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Postgres;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Checkpoints;

public sealed class SqliteAliasConditionTests() : AliasConditionTests("");

[Collection(PostgresCollection.Name)]
public sealed class PostgresAliasConditionTests(PostgresCluster cluster) : AliasConditionTests(cluster.NewDatabase());

/// <summary>Of those who change what they have read, nobody undoes another's change unknowingly.</summary>
public abstract class AliasConditionTests : IAsyncLifetime
{
    private const string Url = "/api/v1/checkpoint-aliases/served";

    private readonly ApiFactory _api;
    private HttpClient _client = null!;
    private Guid _one, _two;

    private protected AliasConditionTests(string database) =>
        _api = new ApiFactory { Database = database, More = services => services.AddSingleton<ISegmenterLoader>(new FakeLoader()) };

    public ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        (_one, _two) = (Publish(), Publish());
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task The_tag_is_the_same_wherever_it_is_told_and_changes_with_each_change()
    {
        string tag = await ChangedAsync(PutAsync(_one));
        JsonElement listed = (await _client.GetJsonAsync("/api/v1/checkpoint-aliases")).GetProperty("items")[0];
        HttpResponseMessage read = await SendAsync(HttpMethod.Get);
        Assert.Equal((tag, tag, tag), (listed.Text("etag"), read.Headers.ETag!.Tag, (await read.JsonAsync(HttpStatusCode.OK)).Text("etag")));
        Assert.Equal(HttpStatusCode.NotModified, (await SendAsync(HttpMethod.Get, null, "If-None-Match", $"\"x\", W/{tag}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, null, "If-None-Match", "\"x\"")).StatusCode);
        Assert.NotEqual(tag, await ChangedAsync(PutAsync(_one)));
    }

    [Fact]
    public async Task A_change_of_what_was_read_is_refused_when_it_has_changed_since()
    {
        await PutAsync(_one, "If-Match", "*").RefusedAsync(412, "precondition-failed"); // there is none
        string first = await ChangedAsync(PutAsync(_one, "If-None-Match", "*"));
        await PutAsync(_two, "If-None-Match", "*").RefusedAsync(412, "precondition-failed");
        string second = await ChangedAsync(PutAsync(_two, "If-Match", first));
        await PutAsync(_one, "If-Match", first).RefusedAsync(412, "precondition-failed");
        await PutAsync(_one, "If-Match", $"W/{second}").RefusedAsync(412, "precondition-failed"); // weak tags match nothing here
        await PutAsync(_one, "If-None-Match", second).RefusedAsync(412, "precondition-failed");
        Assert.Equal(_two, (await _client.GetJsonAsync(Url)).Id("checkpoint"));
        await ChangedAsync(PutAsync(_one, "If-Match", $"{first}, {second}"));
        await ChangedAsync(PutAsync(_two)); // whoever sets no condition needs none
        foreach (string malformed in (string[])["served", "\""]) await PutAsync(_one, "If-Match", malformed).RefusedAsync(400, "malformed-precondition");
        Assert.Equal(_two, (await _client.GetJsonAsync(Url)).Id("checkpoint"));
    }

    [Fact]
    public async Task Of_those_that_change_what_all_have_read_one_wins()
    {
        string tag = await ChangedAsync(PutAsync(_one, "If-None-Match", "*"));
        for (int round = 0; round < 3; round++)
        {
            string read = tag;
            HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PutAsync(_two, "If-Match", read))));
            HttpResponseMessage winner = Assert.Single(answers, a => a.StatusCode == HttpStatusCode.OK);
            Assert.All(answers.Where(a => a != winner), a => Assert.Equal(HttpStatusCode.PreconditionFailed, a.StatusCode));
            tag = winner.Headers.ETag!.Tag;
        }

        await SendAsync(HttpMethod.Delete);
        HttpResponseMessage[] created = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PutAsync(_one, "If-None-Match", "*"))));
        Assert.Single(created, a => a.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_alias_goes_when_nobody_has_changed_it_and_its_tags_go_with_it()
    {
        await SendAsync(HttpMethod.Delete).RefusedAsync(404, "alias-not-found");
        string first = await ChangedAsync(PutAsync(_one)), second = await ChangedAsync(PutAsync(_two));
        await SendAsync(HttpMethod.Delete, null, "If-Match", first).RefusedAsync(412, "precondition-failed");
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, null, "If-Match", second)).StatusCode);
        await SendAsync(HttpMethod.Get).RefusedAsync(404, "alias-not-found");
        Assert.Null(await _api.Service<AliasStore>().ResolveAsync("served", default)); // this host sees it at once
        await ChangedAsync(PutAsync(_one));
        await ChangedAsync(PutAsync(_one));
        await PutAsync(_two, "If-Match", second).RefusedAsync(412, "precondition-failed"); // the second version of another alias
    }

    private static async Task<string> ChangedAsync(Task<HttpResponseMessage> change)
    {
        HttpResponseMessage answer = await change;
        await answer.JsonAsync(HttpStatusCode.OK);
        return answer.Headers.ETag!.Tag;
    }

    private Guid Publish()
    {
        string key = $"models/{Guid.NewGuid():N}.safetensors";
        _api.Service<IArtifactStore>().Write(key, stream => stream.WriteByte(0));
        Checkpoint checkpoint = Samples.Checkpoint(key: key);
        _api.Service<CheckpointStore>().Publish(checkpoint);
        return checkpoint.Id;
    }

    private Task<HttpResponseMessage> PutAsync(Guid checkpoint, string? header = null, string? value = null) =>
        SendAsync(HttpMethod.Put, new { checkpoint }, header, value);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, object? body = null, string? header = null, string? value = null)
    {
        using var request = new HttpRequestMessage(method, Url) { Content = body is null ? null : JsonContent.Create(body) };
        if (header is not null) request.With(header, value!);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
