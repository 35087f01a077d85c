namespace Segmentation.Identity;

/// <summary>Rights of a credential. Every RPC and every route names the one that it needs.</summary>
[Flags]
public enum Scope
{
    /// <summary>No right.</summary>
    None = 0,

    /// <summary>Masks of prompts: Segment, SegmentStream and their routes. Images that a request carries are included.</summary>
    Segment = 1 << 0,

    /// <summary>Storing images.</summary>
    Upload = 1 << 1,

    /// <summary>Images' sizes, formats and embeddings.</summary>
    Read = 1 << 2,

    /// <summary>Deleting images.</summary>
    Delete = 1 << 3,

    /// <summary>Masks of everything in an image.</summary>
    Everything = 1 << 4,

    /// <summary>The files of models, for decoding on a device.</summary>
    Models = 1 << 5,

    /// <summary>Figures of the whole tenant, and its limits.</summary>
    Admin = 1 << 6,

    /// <summary>Naming another tenant in a request, as a proxy does that authenticates callers itself.</summary>
    Impersonate = 1 << 7,

    /// <summary>Projects: pictures, annotations, runs, imports and exports, as far as roles in each project allow.</summary>
    Projects = 1 << 8,
}
