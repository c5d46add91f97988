using Xunit;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>Tests that use torch run one after another: its seed and its grad mode are shared, and it takes all processors anyway.</summary>
[CollectionDefinition(nameof(TorchCollection), DisableParallelization = true)]
public sealed class TorchCollection;
