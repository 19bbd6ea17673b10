import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.transforms.InsertField;

/** What Kafka Connect makes of a record's value on its way to the sink: a line of base64 in; a line out, `line <JSON>` or `<stage> <message>`. */
public class Convert {
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "false"), false);
    InsertField.Value<SinkRecord> arrival = new InsertField.Value<>();
    arrival.configure(Map.of("partition.field", "kafka_partition", "offset.field", "kafka_offset", "timestamp.field", "kafka_timestamp"));
    // As the sink's JSON format writes a value that has no schema.
    ObjectMapper json = new ObjectMapper();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String stage = "VALUE_CONVERTER";
      try {
        SchemaAndValue value = converter.toConnectData("t", line.equals("null") ? null : Base64.getDecoder().decode(line));
        stage = "TRANSFORMATION";
        SinkRecord record = arrival.apply(
            new SinkRecord("t", 1, null, null, value.schema(), value.value(), 7, 1700000000123L, TimestampType.LOG_APPEND_TIME));
        if (record.value() == null) out.println("TASK_PUT Skipping null value record.");
        else {
          stage = "FILE";
          out.println("line " + new String(json.writeValueAsBytes(record.value()), StandardCharsets.UTF_8));
        }
      } catch (DataException | com.fasterxml.jackson.core.JsonProcessingException error) {
        out.println(stage + " " + error.getMessage());
      }
    }
  }
}
