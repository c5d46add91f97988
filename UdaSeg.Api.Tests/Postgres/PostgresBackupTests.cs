using UdaSeg.Api.Tests.Backup;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Artifacts.S3;
using UdaSeg.Infrastructure.Backup;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresBackupTests(PostgresCluster cluster, LoopbackS3 s3) : IClassFixture<LoopbackS3>
{
    [Fact]
    public void A_database_and_a_bucket_are_found_again_in_others()
    {
        using var folder = new TempFolder();
        using TestDatabase database = cluster.NewTables(), other = new(cluster.NewDatabase(), migrate: false);
        S3Settings from = s3.NewBucket(), to = s3.NewBucket();
        using S3ArtifactStore store = Open(from, folder.Sub("cache-1")), otherStore = Open(to, folder.Sub("cache-2"));
        BackedUpState state = new(database, With(database, from), store), restored = new(other, With(other, to), otherStore);
        state.Fill();
        JobStorages.Open(database.Settings); // the queue's tables lie there too
        string[] before = [.. state.Describe().Where(l => !l.StartsWith("file ", StringComparison.Ordinal))];
        BackupResult result = state.BackUp(folder.Sub("backup"));
        Assert.Equal((3, 0, 0), (result.Artifacts, result.Datasets, result.Missing.Count));
        restored.Restore(folder.Sub("backup"));

        Assert.Equal(before, restored.Describe());
        other.Migrate(); // as the server's start does: nothing is left to do
        JobStorages.Open(other.Settings);
        Assert.Contains("tables already", Assert.Throws<BackupRefusedException>(() => restored.Restore(folder.Sub("backup"))).Message);
    }

    private static UdaSegSettings With(TestDatabase database, S3Settings bucket) => database.Settings with { Artifacts = new() { S3 = bucket } };

    private static S3ArtifactStore Open(S3Settings bucket, string cache)
    {
        S3ArtifactStore store = S3ArtifactStore.Open(bucket, cache, TimeProvider.System);
        store.MakeBucket();
        return store;
    }
}
