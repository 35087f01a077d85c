namespace Segmentation.Identity.Keys;

/// <summary>Form of a text that was sent as an API key.</summary>
public enum ApiKeyForm
{
    /// <summary>Not a key of this system.</summary>
    None,

    /// <summary>It begins like a key, and is cut or mistyped.</summary>
    Mistyped,

    /// <summary>A key, which a store may know.</summary>
    Key,
}
