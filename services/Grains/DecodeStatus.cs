namespace Segmentation.Grains;

/// <summary>Outcome of a request to an image grain.</summary>
[GenerateSerializer, Alias("segmentation.decode-status")]
public enum DecodeStatus
{
    /// <summary>Decoded.</summary>
    Ok,

    /// <summary>The store holds no embedding under this key.</summary>
    ImageNotFound,

    /// <summary>A prompt names a mask whose logits are not held here: repeat the prompts that made it.</summary>
    MaskNotFound,

    /// <summary>The silo has too much to do to answer in time.</summary>
    Overloaded,

    /// <summary>The caller's time was over before decoding was done.</summary>
    Expired,

    /// <summary>The image's model cannot take a prompt: <see cref="DecodeReply.Message"/> says why.</summary>
    PromptRefused,
}
