import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.*;

/**
 * Tells the common story (see README.md) by the AWS SDK for Java: `sync` speaks CBOR over HTTP/1.1, `async` CBOR over HTTP/2. Endpoint,
 * region and credentials come from the environment.
 */
public class JavaClient {
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  /** The operations of the story, so that it is told once for both clients. */
  interface Kinesis {
    void createStream(CreateStreamRequest request);
    ListStreamsResponse listStreams();
    DescribeStreamResponse describeStream(DescribeStreamRequest request);
    PutRecordResponse putRecord(PutRecordRequest request);
    PutRecordsResponse putRecords(PutRecordsRequest request);
    ListShardsResponse listShards(ListShardsRequest request);
    GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request);
    GetRecordsResponse getRecords(GetRecordsRequest request);
    void deleteStream(DeleteStreamRequest request);
  }

  public static void main(String[] args) {
    String stream = args[1];
    if (args[0].equals("sync")) {
      try (KinesisClient client = KinesisClient.create()) {
        tell(sync(client), stream);
      }
    } else {
      try (KinesisAsyncClient client = KinesisAsyncClient.create()) {
        tell(async(client), stream);
      }
    }
  }

  private static void tell(Kinesis kinesis, String stream) {
    kinesis.createStream(CreateStreamRequest.builder().streamName(stream).shardCount(2).build());
    OUT.println("listed " + title(kinesis.listStreams().streamNames().contains(stream)));

    StreamDescription described =
        kinesis.describeStream(DescribeStreamRequest.builder().streamName(stream).build()).streamDescription();
    OUT.println("described " + described.streamStatus() + " " + described.shards().size() + " "
        + recent(described.streamCreationTimestamp(), "new"));

    PutRecordResponse put = kinesis.putRecord(
        PutRecordRequest.builder().streamName(stream).partitionKey("a").data(SdkBytes.fromUtf8String("héllo 📌")).build());
    OUT.println("put " + put.shardId() + " " + put.sequenceNumber().length());

    List<PutRecordsRequestEntry> records = List.of(entry("b"), entry("c"));
    PutRecordsResponse many =
        kinesis.putRecords(PutRecordsRequest.builder().streamName(stream).records(records).build());
    OUT.println("put many " + many.failedRecordCount() + " "
        + String.join(" ", many.records().stream().map(PutRecordsResultEntry::shardId).toList()));

    List<String> shards = kinesis.listShards(ListShardsRequest.builder().streamName(stream).build())
        .shards().stream().map(Shard::shardId).toList();
    OUT.println("shards " + String.join(" ", shards));

    Function<GetShardIteratorRequest.Builder, GetRecordsResponse> read = start -> {
      GetShardIteratorRequest request = start.streamName(stream).shardId(shards.get(0)).build();
      String iterator = kinesis.getShardIterator(request).shardIterator();
      return kinesis.getRecords(GetRecordsRequest.builder().shardIterator(iterator).build());
    };
    GetRecordsResponse got = read.apply(start(ShardIteratorType.TRIM_HORIZON));
    for (var record : got.records()) {
      OUT.println("record " + record.partitionKey() + " " + record.data().asUtf8String());
    }
    OUT.println("behind " + got.millisBehindLatest());

    Instant arrived = got.records().get(0).approximateArrivalTimestamp();
    OUT.println("since " + read.apply(start(ShardIteratorType.AT_TIMESTAMP).timestamp(arrived)).records().size());
    OUT.println("after " + read.apply(start(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
        .startingSequenceNumber(put.sequenceNumber())).records().size());
    OUT.println("arrived " + recent(arrived, "now"));

    try {
      kinesis.describeStream(DescribeStreamRequest.builder().streamName("nope").build());
    } catch (ResourceNotFoundException error) {
      OUT.println("missing " + error.awsErrorDetails().errorCode() + " " + error.awsErrorDetails().errorMessage());
    }
    kinesis.deleteStream(DeleteStreamRequest.builder().streamName(stream).build());
    OUT.println("deleted " + title(!kinesis.listStreams().streamNames().contains(stream)));
  }

  private static PutRecordsRequestEntry entry(String key) {
    return PutRecordsRequestEntry.builder().partitionKey(key).data(SdkBytes.fromUtf8String(key)).build();
  }

  private static GetShardIteratorRequest.Builder start(ShardIteratorType type) {
    return GetShardIteratorRequest.builder().shardIteratorType(type);
  }

  private static String recent(Instant instant, String word) {
    return Duration.between(instant, Instant.now()).abs().toMinutes() < 10 ? word : instant.toString();
  }

  /** As Python prints it. */
  private static String title(boolean value) {
    return value ? "True" : "False";
  }

  private static Kinesis sync(KinesisClient client) {
    return new Kinesis() {
      public void createStream(CreateStreamRequest request) { client.createStream(request); }
      public ListStreamsResponse listStreams() { return client.listStreams(); }
      public DescribeStreamResponse describeStream(DescribeStreamRequest request) { return client.describeStream(request); }
      public PutRecordResponse putRecord(PutRecordRequest request) { return client.putRecord(request); }
      public PutRecordsResponse putRecords(PutRecordsRequest request) { return client.putRecords(request); }
      public ListShardsResponse listShards(ListShardsRequest request) { return client.listShards(request); }
      public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) { return client.getShardIterator(request); }
      public GetRecordsResponse getRecords(GetRecordsRequest request) { return client.getRecords(request); }
      public void deleteStream(DeleteStreamRequest request) { client.deleteStream(request); }
    };
  }

  private static Kinesis async(KinesisAsyncClient client) {
    return new Kinesis() {
      public void createStream(CreateStreamRequest request) { join(client.createStream(request)); }
      public ListStreamsResponse listStreams() { return join(client.listStreams()); }
      public DescribeStreamResponse describeStream(DescribeStreamRequest request) { return join(client.describeStream(request)); }
      public PutRecordResponse putRecord(PutRecordRequest request) { return join(client.putRecord(request)); }
      public PutRecordsResponse putRecords(PutRecordsRequest request) { return join(client.putRecords(request)); }
      public ListShardsResponse listShards(ListShardsRequest request) { return join(client.listShards(request)); }
      public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) { return join(client.getShardIterator(request)); }
      public GetRecordsResponse getRecords(GetRecordsRequest request) { return join(client.getRecords(request)); }
      public void deleteStream(DeleteStreamRequest request) { join(client.deleteStream(request)); }
    };
  }

  private static <T> T join(java.util.concurrent.CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException error) {
      if (error.getCause() instanceof RuntimeException cause) throw cause;
      throw error;
    }
  }
}
