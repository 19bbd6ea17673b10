export { type Broker, startBroker, toolArguments } from './broker';
export { KafkaError } from './kafka-error';
export { type KafkaOptions, KafkaTopics } from './kafka-topics';
