using Segmentation.Gateway.Scaling;

namespace Segmentation.Gateway.Tests.Scaling;

/// <summary>A board with the work of other gateways that a test makes up.</summary>
internal sealed class FakeBoard : IWorkBoard
{
    /// <summary>Work of the other gateways.</summary>
    public WorkReport Others { get; set; } = WorkReport.Empty;

    /// <summary>True while it does not answer.</summary>
    public bool IsAway { get; set; }

    /// <summary>The report that this gateway showed last.</summary>
    public WorkReport Shown { get; private set; } = WorkReport.Empty;

    public Task ShowAsync(WorkReport own)
    {
        Answer();
        Shown = own;
        return Task.CompletedTask;
    }

    public Task<WorkReport> ReadOthersAsync()
    {
        Answer();
        return Task.FromResult(Others);
    }

    public Task LeaveAsync() => Task.CompletedTask;

    private void Answer()
    {
        if (IsAway)
        {
            throw new WorkBoardException("away", new TimeoutException());
        }
    }
}
