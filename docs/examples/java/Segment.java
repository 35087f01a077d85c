import com.google.protobuf.ByteString;
import com.segmentation.v1.Image;
import com.segmentation.v1.ImageServiceGrpc;
import com.segmentation.v1.Mask;
import com.segmentation.v1.Model;
import com.segmentation.v1.ModelServiceGrpc;
import com.segmentation.v1.ListModelsRequest;
import com.segmentation.v1.OpenImage;
import com.segmentation.v1.Point;
import com.segmentation.v1.PointLabel;
import com.segmentation.v1.Prompt;
import com.segmentation.v1.SegmentRequest;
import com.segmentation.v1.SegmentStreamRequest;
import com.segmentation.v1.SegmentStreamResponse;
import com.segmentation.v1.SegmentationServiceGrpc;
import com.segmentation.v1.StreamMode;
import com.segmentation.v1.StreamPrompt;
import com.segmentation.v1.UploadImageMetadata;
import com.segmentation.v1.UploadImageRequest;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Uploads a picture, clicks, and follows a pointer in a live session: java Segment HOST:PORT PICTURE */
public final class Segment {
    private static final int CHUNK_BYTES = 1 << 20;

    private Segment() {
    }

    public static void main(String[] arguments) throws Exception {
        // 16 masks with logits are over the library's default limit of 4 MiB.
        ManagedChannel channel = NettyChannelBuilder.forTarget(arguments[0])
            .usePlaintext()
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .intercept(credential(System.getenv("SEGMENTATION_API_KEY")))
            .build();
        try {
            run(channel, Files.readAllBytes(Path.of(arguments[1])));
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static void run(ManagedChannel channel, byte[] file) throws Exception {
        for (Model model : ModelServiceGrpc.newBlockingStub(channel)
                .listModels(ListModelsRequest.getDefaultInstance()).getModelsList()) {
            System.out.printf("model %s%s%n", model.getId(), model.getIsDefault() ? ", the default" : "");
        }

        Image image = upload(channel, file);
        System.out.printf("%s, %d x %d%n", image.getId(), image.getWidth(), image.getHeight());

        Prompt click = Prompt.newBuilder().addPoints(Point.newBuilder().setX(300).setY(200)).build();
        SegmentRequest request = SegmentRequest.newBuilder().setImageId(image.getId()).addPrompts(click).build();
        for (Mask mask : SegmentationServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS).segment(request).getResults(0).getMasksList()) {
            System.out.printf("%d pixels, predicted IoU %.2f%n", mask.getArea(), mask.getPredictedIou());
        }

        Mask refined = refine(channel, image.getId(), click);
        System.out.printf("%d pixels after refinement%n", refined.getArea());
    }

    /** Sends the picture in chunks. */
    private static Image upload(ManagedChannel channel, byte[] file) throws Exception {
        CompletableFuture<Image> answer = new CompletableFuture<>();
        StreamObserver<UploadImageRequest> upload =
            ImageServiceGrpc.newStub(channel).uploadImage(new StreamObserver<>() {
                @Override
                public void onNext(Image image) {
                    answer.complete(image);
                }

                @Override
                public void onError(Throwable error) {
                    answer.completeExceptionally(error);
                }

                @Override
                public void onCompleted() {
                }
            });
        UploadImageMetadata metadata = UploadImageMetadata.newBuilder().setSizeBytes(file.length).build();
        upload.onNext(UploadImageRequest.newBuilder().setMetadata(metadata).build());
        for (int sent = 0; sent < file.length && !answer.isDone(); sent += CHUNK_BYTES) {
            byte[] chunk = Arrays.copyOfRange(file, sent, Math.min(sent + CHUNK_BYTES, file.length));
            upload.onNext(UploadImageRequest.newBuilder().setChunk(ByteString.copyFrom(chunk)).build());
        }
        upload.onCompleted();
        return answer.get(60, TimeUnit.SECONDS);
    }

    /** Opens a live session, clicks, and refines the answer by a second point on the background. */
    private static Mask refine(ManagedChannel channel, String imageId, Prompt click) throws Exception {
        CompletableFuture<Mask> last = new CompletableFuture<>();
        StreamObserver<SegmentStreamRequest> session =
            SegmentationServiceGrpc.newStub(channel).segmentStream(new StreamObserver<>() {
                @Override
                public void onNext(SegmentStreamResponse response) {
                    if (response.hasError()) {
                        last.completeExceptionally(new IllegalStateException(response.getError().toString()));
                    } else if (response.hasAnswer() && response.getAnswer().getSequence() == 2) {
                        last.complete(response.getAnswer().getResult().getMasks(0));
                    }
                }

                @Override
                public void onError(Throwable error) {
                    last.completeExceptionally(error);
                }

                @Override
                public void onCompleted() {
                    last.completeExceptionally(new IllegalStateException("The server ended the session."));
                }
            });
        OpenImage open = OpenImage.newBuilder().setImageId(imageId).setMode(StreamMode.STREAM_MODE_ALL).build();
        session.onNext(SegmentStreamRequest.newBuilder().setOpen(open).build());
        session.onNext(prompt(StreamPrompt.newBuilder().setSequence(1).setPrompt(click)));
        Point outside = Point.newBuilder().setX(250).setY(150).setLabel(PointLabel.POINT_LABEL_BACKGROUND).build();
        Prompt both = click.toBuilder().addPoints(outside).build();
        session.onNext(prompt(StreamPrompt.newBuilder().setSequence(2).setPrompt(both).setRefine(true)));
        try {
            return last.get(60, TimeUnit.SECONDS);
        } finally {
            session.onCompleted();
        }
    }

    private static SegmentStreamRequest prompt(StreamPrompt.Builder prompt) {
        return SegmentStreamRequest.newBuilder().setPrompt(prompt).build();
    }

    /** Gives every call the credential, if there is one. */
    private static ClientInterceptor credential(String key) {
        Metadata headers = new Metadata();
        if (key != null) {
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
        }
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }
}
