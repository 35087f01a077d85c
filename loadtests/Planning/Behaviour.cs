namespace Segmentation.LoadTests.Planning;

/// <summary>Behaviour of people who open a picture, click on it, and take the next one.</summary>
internal sealed record Behaviour
{
    /// <summary>Mean seconds between two clicks of a person; without memory.</summary>
    public double ThinkSeconds { get; init; } = 2;

    /// <summary>Mean clicks on a picture; without memory, at least one.</summary>
    public double ClicksPerPicture { get; init; } = 30;

    /// <summary>Share of pictures that are stored already when they are opened.</summary>
    public double StoredShare { get; init; } = 0.2;

    /// <summary>Stored pictures for each person; opened by popularity.</summary>
    public double StoredPerUser { get; init; } = 1;

    /// <summary>The k-th most popular stored picture has a share of 1 / k^skew.</summary>
    public double Skew { get; init; } = 0.8;

    /// <summary>Seconds for which an embedding is kept in Redis after its last use.</summary>
    public double KeepSeconds { get; init; } = 600;

    /// <summary>Prompts a second that a person's bulk requests bring to the batch lane.</summary>
    public double BulkPerUser { get; init; }

    /// <summary>Clicks a second of so many people.</summary>
    public double ClicksPerSecond(double users) => users / ThinkSeconds;

    /// <summary>Pictures opened a second by so many people.</summary>
    public double PicturesPerSecond(double users) => users / (ThinkSeconds * ClicksPerPicture);
}
