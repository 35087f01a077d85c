namespace Segmentation.LoadTests.Attack;

/// <summary>Something that a stranger may send to take memory or time from others.</summary>
internal interface IAttack
{
    /// <summary>A short name, for example <c>webp-frames</c>.</summary>
    string Name { get; }

    /// <summary>Description of the attack's requests.</summary>
    string Sent { get; }

    /// <summary>Bounds during the attack and after it.</summary>
    AttackBounds Bounds { get; }

    /// <summary>
    /// Seconds that it takes to be of use, where that is more than others have; null where it is not.
    /// </summary>
    double? Seconds => null;

    /// <summary>
    /// Makes the bytes that will be sent and uploads what requests will name, before memory and the bystander are
    /// looked at.
    /// </summary>
    /// <param name="target">Where it sends to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task PrepareAsync(AttackTarget target, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Attacks until the token ends it, or until everything was sent and answered.</summary>
    /// <param name="target">Where it sends to.</param>
    /// <param name="answers">Counts how it is answered.</param>
    /// <param name="end">Ends it; no exception may leave because of that.</param>
    Task RunAsync(AttackTarget target, Answers answers, CancellationToken end);
}
