using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>What an evaluator process does: <c>evaluate --evaluation {id}</c>.</summary>
internal sealed class EvaluateCommand(EvaluationStore evaluations, SampleSource samples, Lazy<IEvaluator> evaluator, TimeProvider clock)
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(0.5);

    /// <returns>See <see cref="TrainerExit"/>.</returns>
    public int Run(Guid evaluationId, CancellationToken cancel, TextWriter errors)
    {
        if (evaluations.Find(evaluationId) is not { IsTerminal: false } evaluation) return TrainerExit.Lost;
        try
        {
            EvaluationReport report = evaluator.Value.Evaluate(samples.JobOf(evaluation, cancel), new StoredProgress(evaluationId, evaluations, clock), cancel);
            evaluations.Update(evaluationId, e => e.Succeed(clock.GetUtcNow(), report));
            return TrainerExit.Finished;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return TrainerExit.Cancelled;
        }
        catch (RuleViolationException rule)
        {
            evaluations.Update(evaluationId, e => e.IsTerminal ? e : e.Fail(clock.GetUtcNow(), rule.Code, rule.Message));
            return TrainerExit.Failed;
        }
        catch (Exception fault)
        {
            errors.WriteLine(fault);
            return 1;
        }
    }

    /// <summary>Written on the caller's thread, unlike <see cref="Progress{T}"/>, so that no late report follows the end.</summary>
    private sealed class StoredProgress(Guid id, EvaluationStore evaluations, TimeProvider clock) : IProgress<double>
    {
        private long? _last;

        public void Report(double value)
        {
            if (_last is { } last && clock.GetElapsedTime(last) < ProgressEvery) return;
            _last = clock.GetTimestamp();
            evaluations.Update(id, e => e.IsTerminal ? e : e with { Progress = Math.Clamp(value, 0, 1) });
        }
    }
}
