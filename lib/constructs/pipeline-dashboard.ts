import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import type { RecordStreams } from './record-streams';

export interface PipelineDashboardProps {
  readonly name: string;
  readonly alarms: readonly IAlarm[];
}

const WHOLE_ROW = 24;

/** One dashboard with a row for each step of a post's way through the pipeline, from top to bottom. */
export class PipelineDashboard extends Construct {
  private readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { name, alarms }: PipelineDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard', { dashboardName: name });
    this.dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WHOLE_ROW, height: 4 }),
    );
  }

  addApi(api: RestApi): void {
    this.addRow('Posts come in: API', [
      graph('Requests', [api.metricCount({ statistic: Stats.SUM })]),
      graph('Errors', [
        api.metricClientError({ statistic: Stats.SUM }),
        api.metricServerError({ statistic: Stats.SUM }),
      ]),
      graph('Latency (ms)', [api.metricLatency({ statistic: 'p50' }), api.metricLatency({ statistic: 'p99' })]),
    ]);
  }

  /** Adds a row: a heading and its graphs side by side, each with one or more metrics. */
  addGraphs(heading: string, graphs: Readonly<Record<string, readonly IMetric[]>>): void {
    this.addRow(
      heading,
      Object.entries(graphs).map(([title, metrics]) => graph(title, metrics)),
    );
  }

  addStreams(streams: RecordStreams): void {
    const each = (metric: (stream: kinesis.IStream, label: string) => IMetric) =>
      [...streams.each].map(([label, stream]) => metric(stream, label));
    this.addRow('Speed layer: Kinesis', [
      graph(
        'Records in',
        each((stream, label) => stream.metricIncomingRecords({ statistic: Stats.SUM, label })),
      ),
      graph(
        'Throttled writes',
        each((stream, label) => stream.metricWriteProvisionedThroughputExceeded({ statistic: Stats.SUM, label })),
      ),
      graph(
        'Readers behind (ms)',
        each((stream, label) => stream.metricGetRecordsIteratorAgeMilliseconds({ statistic: Stats.MAXIMUM, label })),
      ),
    ]);
  }

  private addRow(heading: string, widgets: IWidget[]): void {
    this.dashboard.addWidgets(new TextWidget({ markdown: `## ${heading}`, width: WHOLE_ROW, height: 1 }));
    this.dashboard.addWidgets(...widgets);
  }
}

function graph(title: string, metrics: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...metrics], leftYAxis: { min: 0 }, width: 8, height: 6 });
}
