using Google.Protobuf.WellKnownTypes;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Runs;

/// <summary>Makes messages of runs.</summary>
internal static class RunMessages
{
    /// <summary>Time after which a speed says nothing any more.</summary>
    private static readonly TimeSpan _freshness = TimeSpan.FromMinutes(1);

    /// <summary>The message of a run.</summary>
    /// <param name="row">The run.</param>
    /// <param name="now">The time.</param>
    public static Run ToMessage(RunRow row, DateTimeOffset now)
    {
        var run = new Run
        {
            Id = row.Id,
            Stage = row.Stage,
            State = row.State,
            Preset = row.Preset,
            Options = EverythingOptions.Parser.ParseFrom(row.Options),
            Model = row.Model,
            ModelDigest = row.ModelDigest,
            Label = row.LabelId,
            PictureCount = row.PictureCount,
            DoneCount = row.DoneCount,
            FailedCount = row.FailedCount,
            MaskCount = row.MaskCount,
            Reason = row.Reason,
            CreateTime = Timestamp.FromDateTimeOffset(row.CreateTime),
            EndTime = row.EndTime is { } end ? Timestamp.FromDateTimeOffset(end) : null,
            Creator = row.Creator,
        };
        if (row.State == RunState.Running && row.RateTime is { } measured && now - measured < _freshness)
        {
            run.PicturesPerSecond = row.PicturesPerSecond;
            var left = row.PictureCount - row.DoneCount - row.FailedCount;
            run.SecondsLeft = row.IsSelected && row.PicturesPerSecond > 0
                ? (long)Math.Ceiling(left / row.PicturesPerSecond)
                : 0;
        }

        return run;
    }
}
