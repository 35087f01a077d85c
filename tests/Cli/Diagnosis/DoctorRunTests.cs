using Microsoft.Extensions.Time.Testing;
using Segmentation.Cli.Diagnosis;

namespace Segmentation.Cli.Tests.Diagnosis;

/// <summary>Checks that hang or break, and what the report makes of findings.</summary>
public sealed class DoctorRunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OfACheckThatHangs_EndsAtItsLimitAndNamesIt()
    {
        var clock = new FakeTimeProvider();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<IReadOnlyList<Finding>>();
        Check[] checks =
        [
            new("disk", TimeSpan.FromSeconds(10), _ =>
            {
                begun.SetResult();
                return never.Task;
            }),
            // Its limit is beyond what the clock is advanced by: it may not have ended by then.
            Check.Of("quick", TimeSpan.FromMinutes(1), _ => [Finding.Ok("quick", "done")]),
        ];

        var running = Doctor.RunAsync(checks, clock, Cancel);
        await begun.Task;
        clock.Advance(TimeSpan.FromSeconds(11));
        var findings = await running;

        Assert.Equal([("disk", CheckState.Failed), ("quick", CheckState.Ok)], findings.Select(one => (one.Name, one.State)));
        Assert.Contains("no result within 10 s", findings[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfACheckThatThrows_IsAFailureAndTheOthersGoOn()
    {
        var findings = await Doctor.RunAsync(
            [
                Check.Of("broken", TimeSpan.FromSeconds(10), _ => throw new InvalidOperationException("a bug")),
                Check.Of("quick", TimeSpan.FromSeconds(10), _ => [Finding.Ok("quick", "done")]),
            ],
            TimeProvider.System,
            Cancel);

        Assert.Contains("InvalidOperationException: a bug", findings[0].Text, StringComparison.Ordinal);
        Assert.Equal(CheckState.Ok, findings[1].State);
    }

    [Fact]
    public async Task Run_ThatIsInterrupted_IsNoReport()
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Doctor.RunAsync(
            [
                new("waits", TimeSpan.FromMinutes(1), async token =>
                {
                    begun.SetResult();
                    await Task.Delay(Timeout.Infinite, token);
                    return [];
                }),
            ],
            TimeProvider.System,
            interrupt.Token);
        await begun.Task;

        await interrupt.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void Report_OfFindings_HasALineEachAndWhatToDo()
    {
        var report = new DoctorReport(
            "1.2.3",
            DateTimeOffset.UnixEpoch,
            [Finding.Ok("a", "fine"), Finding.Warning("long name", "one\ntwo", "Look."), Finding.Failed("b", "gone", "Do.")]);

        Assert.Equal(
            """
            segctl doctor, 1970-01-01 00:00:00Z

            ok       a          fine
            warning  long name  one
                                two
                                -> Look.
            failed   b          gone
                                -> Do.

            1 failed, 1 warnings, 1 ok
            """.ReplaceLineEndings(),
            report.ToText());
        Assert.False(report.IsWell);
        Assert.Contains("\"advice\": \"Look.\"", report.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("geheim", "refused geheim, or 'geheim'", "refused ***, or '***'")]
    [InlineData("p%40ss", "p@ss and p%40ss", "*** and ***")]
    [InlineData("a b/c", "user=a%20b%2Fc", "user=***")]
    [InlineData("", "nothing", "nothing")]
    [InlineData(null, "nothing", "nothing")]
    public void Secrets_InTheWordsOfOthers_AreHidden(string? secret, string text, string expected) =>
        Assert.Equal(expected, new Secrets(secret).Hide(text));
}
