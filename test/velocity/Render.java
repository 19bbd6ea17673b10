import com.fasterxml.jackson.databind.*;
import com.jayway.jsonpath.*;
import com.jayway.jsonpath.spi.json.*;
import com.jayway.jsonpath.spi.mapper.*;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.commons.lang.StringEscapeUtils;
import org.apache.velocity.*;
import org.apache.velocity.app.VelocityEngine;

/** Renders templates with Apache Velocity: a line of JSON in, {"template", "body", "params"}; a line out, {"text"} or {"error"}. */
public class Render {
  static final ObjectMapper JSON = new ObjectMapper();
  /** json-path's own default, whose lists print as JSON and whose maps as Java does, like API Gateway's. */
  static final Configuration VALUES = Configuration.builder().options(Option.SUPPRESS_EXCEPTIONS).build();
  static final Configuration TEXTS = Configuration.builder().jsonProvider(new JacksonJsonProvider(JSON))
      .mappingProvider(new JacksonMappingProvider(JSON)).options(Option.SUPPRESS_EXCEPTIONS).build();

  /** API Gateway prints nothing where stock Velocity prints the reference. */
  public static class NullIsEmpty implements org.apache.velocity.app.event.ReferenceInsertionEventHandler {
    public Object referenceInsert(String reference, Object value) { return value == null ? "" : value; }
  }

  public static class Input {
    private final String body;
    private final Map<?, ?> params;
    Input(String body, Map<?, ?> params) { this.body = body; this.params = params; }
    public String getBody() { return body; }
    public Object path(String path) { return JsonPath.using(VALUES).parse(body).read(path); }
    public Object params(String name) { return params.get(name); }
    public String json(String path) throws Exception {
      Object found = JsonPath.using(TEXTS).parse(body).read(path);
      return found == null ? "\"\"" : JSON.writeValueAsString(found);
    }
  }

  public static class Util {
    public String base64Encode(Object value) { return Base64.getEncoder().encodeToString(value.toString().getBytes(StandardCharsets.UTF_8)); }
    public String escapeJavaScript(String text) { return StringEscapeUtils.escapeJavaScript(text); }
    public Object parseJson(String text) throws Exception { return JSON.readValue(text, Object.class); }
    public String urlEncode(String text) throws Exception { return java.net.URLEncoder.encode(text, "UTF-8"); }
    public String urlDecode(String text) throws Exception { return java.net.URLDecoder.decode(text, "UTF-8"); }
  }

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    VelocityEngine engine = new VelocityEngine();
    engine.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
    engine.setProperty("eventhandler.referenceinsertion.class", NullIsEmpty.class.getName());
    engine.setProperty("velocimacro.library", "");
    engine.setProperty("velocimacro.permissions.allow.inline.local.scope", "true");
    int templates = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Map<?, ?> wanted = JSON.readValue(line, Map.class);
      VelocityContext context = new VelocityContext();
      context.put("input", new Input((String) wanted.get("body"), (Map<?, ?>) wanted.get("params")));
      context.put("util", new Util());
      Map<String, String> answer = new HashMap<>();
      try {
        StringWriter text = new StringWriter();
        // A name of its own keeps a template's macros to itself.
        engine.evaluate(context, text, "template" + templates++, (String) wanted.get("template"));
        answer.put("text", text.toString());
      } catch (Exception error) {
        answer.put("error", String.valueOf(error.getMessage()));
      }
      out.println(JSON.writeValueAsString(answer));
    }
  }
}
