namespace Segmentation.Identity.Keys;

/// <summary>What a text is that may be an API key.</summary>
public enum ApiKeyForm
{
    /// <summary>Not a key of this system.</summary>
    None,

    /// <summary>It begins like a key, and is cut or mistyped.</summary>
    Mistyped,

    /// <summary>A key, which a store may know.</summary>
    Key,
}
