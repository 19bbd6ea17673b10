import java.io.FileInputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import javax.security.auth.callback.Callback;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.utils.Utils;
import software.amazon.msk.auth.iam.internals.AWSCredentialsCallback;

/** Loads a properties file as Kafka's clients do, as far as that goes without a broker: to the credentials of the IAM plugin. */
public class LoadProperties {
    /** Arguments: the file, and the prefix that the wanted properties carry in it, which may be empty. */
    public static void main(String[] arguments) throws Exception {
        Properties file = new Properties();
        try (FileInputStream in = new FileInputStream(arguments[0])) {
            file.load(in);
        }
        Map<String, Object> settings = new HashMap<>();
        for (String name : file.stringPropertyNames()) {
            if (name.startsWith(arguments[1])) settings.put(name.substring(arguments[1].length()), file.getProperty(name));
        }
        settings.put("bootstrap.servers", "localhost:9098");
        settings.put("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        settings.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        settings.put("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        settings.put("value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        new ProducerConfig(settings);
        new ConsumerConfig(settings);
        AbstractConfig config = new AdminClientConfig(settings);

        JaasContext jaas = JaasContext.loadClientContext(config.values());
        AuthenticateCallbackHandler handler =
            (AuthenticateCallbackHandler) Utils.newInstance(config.getClass("sasl.client.callback.handler.class"));
        handler.configure(config.values(), config.getString("sasl.mechanism"), jaas.configurationEntries());
        AWSCredentialsCallback credentials = new AWSCredentialsCallback();
        handler.handle(new Callback[] {credentials});
        System.out.println(String.join(" ", config.getString("security.protocol"), config.getString("sasl.mechanism"),
            jaas.configurationEntries().get(0).getLoginModuleName(),
            credentials.isSuccessful() ? credentials.getAwsCredentials().accessKeyId() : "no credentials"));
    }
}
