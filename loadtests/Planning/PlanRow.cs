namespace Segmentation.LoadTests.Planning;

/// <summary>The machines for a number of people, and what follows from them.</summary>
/// <param name="Users">People who work at the same time.</param>
/// <param name="Machines">Machines of each kind.</param>
/// <param name="PlanOutcome">What a simulation of them saw.</param>
/// <param name="Behaviour">What people do.</param>
/// <param name="Measured">Service times and sizes.</param>
internal sealed record PlanRow(
    double Users, Machines Machines, PlanOutcome PlanOutcome, Behaviour Behaviour, MeasuredTimes Measured)
{
    /// <summary>Pictures opened a second that are not stored.</summary>
    public double NewPictures => Behaviour.PicturesPerSecond(Users) * (1 - Behaviour.StoredShare);

    /// <summary>Clicks a second.</summary>
    public double Clicks => Behaviour.ClicksPerSecond(Users);

    /// <summary>Bytes of prepared images that a silo holds.</summary>
    public double SiloBytes => PlanOutcome.HotImages * Measured.HotImageBytes;

    /// <summary>Bytes of embeddings in Redis: stored pictures, and new ones for as long as they are kept.</summary>
    public double RedisBytes =>
        (Users * Behaviour.StoredPerUser + NewPictures * Behaviour.KeepSeconds) * Measured.EmbeddingBytesInRedis;

    /// <summary>Bytes a second into all Redis servers.</summary>
    public double RedisIn => NewPictures * Measured.EmbeddingBytes;

    /// <summary>
    /// Bytes a second out of them: every opened picture goes to a silo, and every cold click's again.
    /// </summary>
    public double RedisOut =>
        (Behaviour.PicturesPerSecond(Users) + Clicks * PlanOutcome.ColdShare) * Measured.EmbeddingBytes;

    /// <summary>Bytes a second from and to clients.</summary>
    public double ClientBytes =>
        Behaviour.PicturesPerSecond(Users) * Measured.FileBytes + Clicks * Measured.AnswerBytes;
}
