#!/bin/bash
# Makes an Amazon Linux 2023 machine a Kafka client that runs Confluent's REST proxy.
#
# All settings come from the environment (user data puts them in front). Any failure ends the script, and
# CloudFormation is told how it ended: a broken bootstrap fails the deployment. Runs twice with the same result.
set -euo pipefail

PATH="$PATH:/opt/aws/bin"
: "${AWS_REGION:?}" "${STACK:?}" "${RESOURCE:?}"

tell_cloudformation() {
  cfn-signal --exit-code "$1" --stack "$STACK" --resource "$RESOURCE" --region "$AWS_REGION"
}
trap 'tell_cloudformation $?' EXIT

: "${BOOTSTRAP_SERVERS:?}" "${LOG_GROUP:?}" "${METRIC_NAMESPACE:?}" "${PROBE_TOPIC:?}"
: "${TOOLS_ROLE:?}" "${CONFLUENT_URL:?}" "${CONFLUENT_SHA256:?}" "${IAM_JAR_URL:?}" "${IAM_JAR_SHA256:?}"
ROOT="${ROOT:-}"                 # a test puts a folder here; a machine has none
CORS_ORIGIN="${CORS_ORIGIN:-}"   # optional
HEAP="${HEAP:-768m}"
WAIT_SECONDS="${WAIT_SECONDS:-300}"

CONFLUENT="$ROOT/opt/confluent"
IAM_JAR="$CONFLUENT/share/java/kafka-rest-lib/aws-msk-iam-auth.jar"

install_packages() {
  dnf install -y java-17-amazon-corretto-headless amazon-cloudwatch-agent aws-cfn-bootstrap logrotate tar gzip
}

# download URL SHA256 FILE: a file that has not this digest never gets its name.
# From the artefacts bucket, by the network's endpoint for S3: no NAT, and nobody else's server has to be up.
download() {
  aws s3 cp --region "$AWS_REGION" --only-show-errors "$1" "$3.part"
  if ! echo "$2  $3.part" | sha256sum --check --status; then
    echo "bootstrap: $1 has SHA-256 $(sha256sum "$3.part" | cut -d ' ' -f 1), but $2 is pinned" >&2
    rm -f "$3.part"
    return 1
  fi
  mv "$3.part" "$3"
}

install_confluent() {
  if [ ! -e "$CONFLUENT/complete" ]; then
    local archive="$ROOT/var/tmp/confluent.tar.gz"
    mkdir -p "$CONFLUENT" "$ROOT/var/tmp"
    download "$CONFLUENT_URL" "$CONFLUENT_SHA256" "$archive"
    tar --extract --gzip --file "$archive" --directory "$CONFLUENT" --strip-components 1
    rm -f "$archive"
    touch "$CONFLUENT/complete"
  fi
  mkdir -p "$(dirname "$IAM_JAR")"
  download "$IAM_JAR_URL" "$IAM_JAR_SHA256" "$IAM_JAR"
}

# The four lines that make any Kafka client sign with the machine's role, or as the role $2; $1 goes before each.
iam_settings() {
  local as="${2:+ awsRoleArn=\"$2\"}"
  cat << END
${1}security.protocol=SASL_SSL
${1}sasl.mechanism=AWS_MSK_IAM
${1}sasl.jaas.config=software.amazon.msk.auth.iam.IAMLoginModule required$as;
${1}sasl.client.callback.handler.class=software.amazon.msk.auth.iam.IAMClientCallbackHandler
END
}

write_client_settings() {
  mkdir -p "$ROOT/etc/kafka" "$ROOT/etc/profile.d"
  # Topics are made by hand, never through the API, so the tools have a role that the proxy has not.
  iam_settings '' "$TOOLS_ROLE" > "$ROOT/etc/kafka/client.properties"
  cat > "$ROOT/etc/profile.d/kafka-client.sh" << END
# For the exercise's hand steps in a Session Manager shell.
export PATH="\$PATH:$CONFLUENT/bin"
export CLASSPATH="$IAM_JAR"
export BOOTSTRAP_SERVERS="$BOOTSTRAP_SERVERS"
END
}

write_proxy_settings() {
  mkdir -p "$ROOT/etc/kafka-rest"
  {
    echo 'listeners=http://0.0.0.0:8082'
    echo "bootstrap.servers=$BOOTSTRAP_SERVERS"
    iam_settings client.
    echo 'producer.acks=all'
    echo '# Longer than the load balancer keeps a quiet connection, which would answer 502 for one that we had closed.'
    echo 'idle.timeout.ms=75000'
    echo '# A small broker takes four new connections a second over IAM; without patience a refused client asks at once again.'
    echo 'client.reconnect.backoff.ms=1000'
    echo 'client.reconnect.backoff.max.ms=10000'
    if [ -n "$CORS_ORIGIN" ]; then
      echo "access.control.allow.origin=$CORS_ORIGIN"
      echo 'access.control.allow.methods=GET,POST,PUT,DELETE'
    fi
  } > "$ROOT/etc/kafka-rest/kafka-rest.properties"
}

write_service() {
  mkdir -p "$ROOT/etc/systemd/system" "$ROOT/var/log/kafka-rest" "$ROOT/etc/logrotate.d"
  id kafka-rest > /dev/null 2>&1 || useradd --system --no-create-home --shell /sbin/nologin kafka-rest
  chown kafka-rest "$ROOT/var/log/kafka-rest"
  cat > "$ROOT/etc/systemd/system/kafka-rest.service" << END
[Unit]
Description=Confluent REST proxy
After=network-online.target
Wants=network-online.target

[Service]
User=kafka-rest
Environment=KAFKAREST_HEAP_OPTS=-Xmx$HEAP
Environment=LOG_DIR=/var/log/kafka-rest
Environment=CLASSPATH=$IAM_JAR
ExecStart=$CONFLUENT/bin/kafka-rest-start /etc/kafka-rest/kafka-rest.properties
StandardOutput=append:/var/log/kafka-rest/console.log
StandardError=inherit
Restart=always
RestartSec=5
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
END
  cat > "$ROOT/etc/logrotate.d/kafka-rest" << 'END'
/var/log/kafka-rest/*.log {
  daily
  rotate 3
  maxsize 100M
  copytruncate
  missingok
}
END
}

# GET / says 200 even when Kafka refuses us; only a question that needs Kafka tells.
write_probe() {
  mkdir -p "$ROOT/usr/local/bin"
  cat > "$ROOT/usr/local/bin/probe-kafka-rest" << END
#!/bin/bash
# Counts 1 when the proxy lists our topic, which takes network, TLS and IAM, and 0 otherwise.
reached=0
if curl --fail --silent --max-time 20 http://localhost:8082/topics | grep --quiet --fixed-strings '"$PROBE_TOPIC"'; then reached=1; fi
aws cloudwatch put-metric-data --region $AWS_REGION --namespace '$METRIC_NAMESPACE' --metric-name KafkaReached --value \$reached
END
  chmod 755 "$ROOT/usr/local/bin/probe-kafka-rest"
  cat > "$ROOT/etc/systemd/system/probe-kafka-rest.service" << 'END'
[Unit]
Description=Asks the REST proxy for the topics and counts the answer

[Service]
Type=oneshot
ExecStart=/usr/local/bin/probe-kafka-rest
END
  cat > "$ROOT/etc/systemd/system/probe-kafka-rest.timer" << 'END'
[Unit]
Description=Probes the REST proxy every minute

[Timer]
OnBootSec=60
OnUnitActiveSec=60
AccuracySec=1

[Install]
WantedBy=timers.target
END
}

ship_logs() {
  local folder="$ROOT/opt/aws/amazon-cloudwatch-agent/etc"
  mkdir -p "$folder"
  cat > "$folder/kafka-rest.json" << END
{
  "logs": {
    "logs_collected": {
      "files": {
        "collect_list": [
          { "file_path": "/var/log/kafka-rest/console.log", "log_group_name": "$LOG_GROUP", "log_stream_name": "{instance_id}/kafka-rest" },
          { "file_path": "/var/log/cloud-init-output.log", "log_group_name": "$LOG_GROUP", "log_stream_name": "{instance_id}/bootstrap" }
        ]
      }
    }
  }
}
END
  PATH="$PATH:/opt/aws/amazon-cloudwatch-agent/bin" \
    amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c "file:$folder/kafka-rest.json"
}

start() {
  systemctl daemon-reload
  systemctl enable --now kafka-rest.service probe-kafka-rest.timer
}

# Up is when the proxy lists our topic; a new role's policy may take a minute to count.
# grep reads to the end: one that leaves at the first match would break the pipe under curl.
wait_until_up() {
  local deadline=$((SECONDS + WAIT_SECONDS))
  until curl --fail --silent --max-time 20 http://localhost:8082/topics | grep --fixed-strings "\"$PROBE_TOPIC\"" > /dev/null; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "bootstrap: the REST proxy does not list $PROBE_TOPIC after $WAIT_SECONDS s; see /var/log/kafka-rest/console.log" >&2
      return 1
    fi
    sleep 1
  done
}

install_packages
ship_logs
install_confluent
write_client_settings
write_proxy_settings
write_service
write_probe
start
wait_until_up
