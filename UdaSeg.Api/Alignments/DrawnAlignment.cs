using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Photometry;

namespace UdaSeg.Api.Alignments;

/// <summary>How the images of a data set are aligned to drawn references, as JSON bodies say it.</summary>
internal abstract record DrawnAlignment
{
    /// <summary>Which operators are applied.</summary>
    [OneOf(typeof(AlignmentScheme), Default = "hybrid", Except = "gan")]
    public string? Scheme { get; init; }

    /// <summary>Weight of (γ − 1)² in equation 2; 0 to 100, 0.01 without it.</summary>
    public double? Beta { get; init; }

    /// <summary>For fourier: half-width of the swapped amplitude window as a share of the shorter side; 0 to 0.5, 0.01 without it.</summary>
    public double? FourierBeta { get; init; }

    /// <summary>Of the draws of references; 0 without it.</summary>
    public long Seed { get; init; }

    /// <returns>Defaults where a field is absent, or after a fault was added.</returns>
    /// <exception cref="RuleViolationException"><c>scheme-needs-run</c> (422).</exception>
    internal AlignmentSettings ReadSettings(FaultList faults)
    {
        faults.Require(Beta is null or (>= 0 and <= 100), "beta", "A number from 0 to 100 is needed.");
        faults.Require(FourierBeta is null or (>= 0 and <= 0.5), "fourierBeta", "A number from 0 to 0.5 is needed.");
        var read = new AlignmentSettings(
            EnumNames.Read(Scheme, AlignmentScheme.Hybrid, "scheme", faults),
            Beta ?? AlignmentSettings.DefaultBeta,
            FourierBeta ?? AlignmentSettings.DefaultFourierBeta);
        return read.OutsideRun();
    }
}
