using Google.Protobuf;
using Google.Protobuf.Reflection;
using Segmentation.Gateway.ProtoJson;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.ProtoJson;

/// <summary>All of proto3 JSON that public messages need, read and written.</summary>
public sealed class JsonFormTests
{
    public static TheoryData<string, string> Same { get; } = new()
    {
        // Names of both kinds, null as default, enumerations by name and number, texts for numbers.
        { """{"imageId": "a"}""", """{"image_id": "a"}""" },
        { """{"imageId": "a", "output": null, "prompts": null}""", """{"imageId": "a"}""" },
        { """{"output": {"maskCount": "MASK_COUNT_THREE"}}""", """{"output": {"maskCount": 2}}""" },
        { """{"output": {"formats": ["MASK_FORMAT_PNG", "MASK_FORMAT_LOGITS"]}}""", """{"output": {"formats": [2, 4.0]}}""" },
        { """{"prompts": [{"points": [{"x": 1.5, "y": 200}]}]}""", """{"prompts": [{"points": [{"x": "1.5", "y": "2e2"}]}]}""" },
        { """{"output": {"refinable": true}}""", "\uFEFF { \"output\" : {\n\t\"refinable\" : true } }\r\n" },

        // Bytes in both alphabets, with padding and without, escaped, and in lines.
        { """{"imageData": "+/8="}""", """{"imageData": "-_8="}""" },
        { """{"imageData": "+/8="}""", """{"imageData": "-_8"}""" },
        { """{"imageData": "+/8="}""", """{"imageData": "+/8"}""" },
        { """{"imageData": "+/8="}""", """{"imageData": "+\/8="}""" },
        { """{"imageData": "AAECAwQ="}""", """{"imageData": "AAEC\r\n AwQ"}""" },
        { """{"imageData": "AQ=="}""", """{"imageData": "AR"}""" },
    };

    public static TheoryData<string, string, string> Wrong { get; } = new()
    {
        { "", "line 1, column 1", "the text is empty" },
        { "  \n ", "line 2, column 2", "the text is empty" },
        { """{"prompts": [""", "line 1, column 14", "ends before" },
        { "{\n  \"prompts\": [}\n}", "line 2, column 15", "unexpected '}'" },
        { "{\"prompts\": []} x", "line 1, column 17", "unexpected 'x'" },
        { "{'prompts': []}", "line 1, column 2", "unexpected '''" },
        { "[]", "line 1, column 1", "expected an object (SegmentRequest)" },
        { "null", "line 1, column 1", "expected an object" },
        { """{"pionts": []}""", "line 1, column 2", "no field 'pionts'; it has imageId, imageData, prompts, output" },
        { "{\"prompts\": [{}, {\"points\": [{\"z\": 1}]}]}", "line 1, column 31", "prompts[1].points[0]: Point has no field 'z'" },
        { "{\"prompts\": [\n{\"points\": [{\"x\": \"left\"}]}]}", "line 2, column 19", "prompts[0].points[0].x: 'left' is no number" },
        { """{"prompts": [{"points": [{"x": 1e39}]}]}""", "column 32", "too large for a number of 32 bits" },
        { """{"prompts": [{"points": [{"x": true}]}]}""", "column 32", "true is no number" },
        { """{"prompts": {"points": []}}""", "column 13", "prompts: expected an array" },
        { """{"prompts": [null]}""", "column 14", "prompts[0]: null is no element" },
        { """{"prompts": [{"box": []}]}""", "column 22", "prompts[0].box: expected an object (Box)" },
        { """{"output": {"refinable": "true"}}""", "column 26", "'true' is no true or false" },
        { """{"output": {"maskCount": "THREE"}}""", "column 26", "'THREE' is no MaskCount: MASK_COUNT_UNSPECIFIED, MASK_COUNT_ONE" },
        { """{"output": {"maskCount": 1.5}}""", "column 26", "'1.5' is no" },
        { """{"output": {"maskCount": 3000000000}}""", "column 26", "outside of -2147483648 to 2147483647" },
        { """{"imageId": 5}""", "column 13", "image_id: '5' is no text in quotation marks" },
        { """{"imageId": "\ud83d"}""", "column 13", "is no valid Unicode" },
        { """{"\ud83d": 5}""", "column 2", "the name of a field is no valid Unicode" },
        { """{"prompts": [{"\udc00x": 5}]}""", "column 15", "prompts[0]: the name of a field is no valid Unicode" },
        { """{"imageId": "a", "imageData": "AA=="}""", "column 31", "imageData and imageId exclude each other" },
        { """{"imageId": "a", "image_id": "b"}""", "column 18", "imageId is given twice" },
        { """{"imageData": "A"}""", "column 15", "no base64: 1 digits and 0 of padding" },
        { """{"imageData": "AB=C"}""", "column 15", "no base64: its character 3 is of neither alphabet" },
        { """{"imageData": "AAA=="}""", "column 15", "no base64: 3 digits and 2 of padding" },
        { """{"imageData": "\u00e9AAA"}""", "column 15", "no base64: its character 1" },
        { """{"prompts": [{"points": [{"label": 2}]}]}""", "column 36", "2 and 3 are the corners of a box" },
        { """{"prompts": [{"points": [{"label": 3}]}]}""", "column 36", "send a box" },
    };

    [Theory]
    [MemberData(nameof(Same))]
    public void Read_OtherSpelling_IsTheSameMessage(string plain, string other)
    {
        var expected = JsonParser.Default.Parse<SegmentRequest>(plain);

        Assert.Equal(expected, Read<SegmentRequest>(plain));
        Assert.Equal(expected, Read<SegmentRequest>(other));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_NotItsJson_SaysWhereAndWhy(string json, string place, string why)
    {
        var problem = JsonForm.Read(TextEncoding.UTF8.GetBytes(json), SegmentRequest.Descriptor, "body", out var message);

        Assert.Null(message);
        Assert.NotNull(problem);
        Assert.Equal("INVALID_JSON", problem.Reason());
        var text = problem.Fields()["body"];
        Assert.Contains(place, text, StringComparison.Ordinal);
        Assert.Contains(why, text, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Utf8JsonReader", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BytesThatAreNoUtf8_SaysWhere()
    {
        var problem = JsonForm.Read(
            [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}'],
            SegmentRequest.Descriptor,
            "body",
            out _);

        Assert.NotNull(problem);
        Assert.Equal("INVALID_JSON", problem.Reason());
        Assert.Contains("line 1, column 2", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyGridsOfManyPoints_AreRefusedAsAWhole()
    {
        var grid = $"{{\"points\":[{string.Join(',', Enumerable.Repeat("{}", 6_000))}]}}";
        var json = $"{{\"options\":{{\"pointGrids\":[{string.Join(',', Enumerable.Repeat(grid, 200))}]}}}}";
        var problem = JsonForm.Read(
            TextEncoding.UTF8.GetBytes(json), SegmentEverythingRequest.Descriptor, "body", out var message);

        Assert.Null(message);
        Assert.Contains("objects", problem?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NumbersOfAllKinds_AreProtobufsOwn()
    {
        const string Json = """
            {"sequence": "9007199254740993", "prompt": {"points": [{"x": "NaN", "y": "-Infinity"}], "box": {"xMax": "Infinity"}},
             "refine": false}
            """;

        var expected = JsonParser.Default.Parse<StreamPrompt>(Json);

        Assert.Equal(expected, Read<StreamPrompt>(Json));
        Assert.Equal(9007199254740993, Read<StreamPrompt>("""{"sequence": 9007199254740993}""").Sequence);
    }

    [Fact]
    public void Read_LabelThatIsLeftOut_IsNotSet_AndZeroIs()
    {
        var left = Read<Point>("""{"x": 1, "label": null}""");
        var zero = Read<Point>("""{"x": 1, "label": 0}""");
        var named = Read<Point>("""{"label": "LABEL"}""".Replace("LABEL", "POINT_LABEL_UNSPECIFIED", StringComparison.Ordinal));

        Assert.False(left.HasLabel);
        Assert.True(zero.HasLabel);
        Assert.True(named.HasLabel);
        Assert.Equal(PointLabel.Unspecified, zero.Label);
    }

    /// <summary>The reader has neither maps nor well-known types; no request may get one unnoticed.</summary>
    [Fact]
    public void Requests_HaveOnlyWhatTheReaderReads()
    {
        var seen = new HashSet<MessageDescriptor>();
        foreach (var request in new[]
        {
            SegmentRequest.Descriptor, SegmentEverythingRequest.Descriptor, SegmentStreamRequest.Descriptor,
        })
        {
            Visit(request);
        }

        Assert.Contains(Point.Descriptor, seen);

        void Visit(MessageDescriptor message)
        {
            if (!seen.Add(message))
            {
                return;
            }

            Assert.Equal("segmentation.v1", message.File.Package);
            Assert.InRange(message.Fields.InDeclarationOrder().Count, 0, 64);
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                Assert.False(field.IsMap);
                if (field.FieldType == FieldType.Message)
                {
                    Visit(field.MessageType);
                }
            }
        }
    }

    [Fact]
    public void Write_Answer_IsReadByProtobufAsTheSame()
    {
        var bytes = new byte[200_001];
        new Random(5).NextBytes(bytes);
        var answer = new StreamAnswer
        {
            Sequence = 9007199254740993,
            DecodeDuration = new() { Nanos = 14_000_000 },
            Superseded = { 3, 4 },
            Result = new PromptResult
            {
                Masks =
                {
                    new Mask
                    {
                        Id = "a\"\\\n\u20AC\U0001F600",
                        PredictedIou = float.NaN,
                        StabilityScore = float.NegativeInfinity,
                        Area = ulong.MaxValue,
                        BoundingBox = new BoundingBox(),
                        Rle = new RunLengthEncoding { Size = { 400, 600 }, Counts = "<`>&'+\\0" },
                        Png = ByteString.CopyFrom(bytes),
                        Logits = ByteString.CopyFrom(bytes, 0, 200_000),
                        Polygons = { new Polygon { Coordinates = { 0.1f, -0f, 3e-9f, 16777216 }, Hole = true } },
                    },
                    new Mask(),
                },
            },
        };

        var text = TextEncoding.UTF8.GetString(JsonForm.Write(answer).Span);

        Assert.Equal(answer, JsonParser.Default.Parse<StreamAnswer>(text));
        Assert.DoesNotContain("\\u003", text, StringComparison.Ordinal);
        Assert.Contains("\"superseded\":[\"3\",\"4\"]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_DefaultsAndPresence_AreProtobufs()
    {
        IMessage[] messages =
        [
            new Point { X = 1, Label = PointLabel.Unspecified },
            new Point(),
            new OutputOptions { Refinable = false, MaskCount = (MaskCount)9, Formats = { MaskFormat.Rle, (MaskFormat)7 } },
            new SegmentRequest { ImageId = "" },
            new SegmentRequest { ImageData = ByteString.Empty },
        ];

        Assert.All(messages, message => Assert.Equal(
            JsonFormatter.Default.Format(message).Replace(" ", "", StringComparison.Ordinal),
            TextEncoding.UTF8.GetString(JsonForm.Write(message).Span)));
    }

    /// <summary>An answer of 60 MB of text waits for its reader piece by piece.</summary>
    [Fact(Timeout = 600_000)]
    public async Task WriteAsync_IntoAPipeThatNobodyReads_HoldsLittle()
    {
        var cancel = TestContext.Current.CancellationToken;
        var mask = new Mask { Logits = UnsafeByteOperations.UnsafeWrap(new byte[3_000_000]) };
        mask.Polygons.Add(new Polygon { Coordinates = { Enumerable.Repeat(1.5f, 100_000) } });
        var response = new SegmentResponse { Results = { new PromptResult { Masks = { Enumerable.Repeat(mask, 15) } } } };
        var pipe = new System.IO.Pipelines.Pipe();
        using var writer = new MessageWriter(pipe.Writer);

        var writing = WriteAsync();
        var most = 0L;
        using var text = new MemoryStream();
        for (var isOver = false; !isOver;)
        {
            var read = await pipe.Reader.ReadAsync(cancel);
            (most, isOver) = (Math.Max(most, read.Buffer.Length), read.IsCompleted);
            foreach (var part in read.Buffer)
            {
                text.Write(part.Span);
            }

            pipe.Reader.AdvanceTo(read.Buffer.End);
        }

        await writing;

        Assert.InRange(most, 1, 256 * 1024);
        Assert.InRange(text.Length, 60_000_000, 80_000_000);
        Assert.Equal(response, JsonParser.Default.Parse<SegmentResponse>(TextEncoding.UTF8.GetString(text.ToArray())));

        async Task WriteAsync()
        {
            await writer.WriteAsync(response, cancel);
            await pipe.Writer.CompleteAsync();
        }
    }

    private static T Read<T>(string json)
        where T : class, IMessage, new()
    {
        var problem = JsonForm.Read(TextEncoding.UTF8.GetBytes(json), new T().Descriptor, "body", out var message);
        Assert.True(problem is null, problem?.Message);
        return (T)message!;
    }
}
