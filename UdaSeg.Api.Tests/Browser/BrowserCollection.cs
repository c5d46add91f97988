using Xunit;

namespace UdaSeg.Api.Tests.Browser;

/// <summary>Tests in a browser share one server and one browser, and run alone: a page that waits for a processor looks like one that does not work.</summary>
[CollectionDefinition(nameof(BrowserCollection), DisableParallelization = true)]
public sealed class BrowserCollection : ICollectionFixture<BrowserWorld>;
