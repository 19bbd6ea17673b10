import type { Hop, HopId, Live } from '@pipeline/local/serving/contract';
import { useWidth } from '../../charts/width';
import { count, short } from '../../format';
import { addressOfPage } from '../../router';
import { layoutOf } from './picture-layout';

interface HopWords {
  readonly title: string;
  readonly what: string;
  readonly way: 'batch' | 'speed' | 'serving' | 'both';
  readonly page: string;
}

const HOP_WORDS: Readonly<Record<HopId, HopWords>> = {
  api: { title: 'API', what: 'taken since the start', way: 'both', page: addressOfPage('/api') },
  topic: {
    title: 'Kafka topics',
    what: 'records',
    way: 'batch',
    page: addressOfPage('/records', [], { kind: 'topic' }),
  },
  file: { title: 'S3 files', what: 'in closed files', way: 'batch', page: addressOfPage('/records', ['files']) },
  batch: {
    title: 'Batch layer',
    what: 'taken in',
    way: 'batch',
    page: addressOfPage('/answers', [], { layer: 'batch' }),
  },
  stream: {
    title: 'Kinesis streams',
    what: 'records',
    way: 'speed',
    page: addressOfPage('/records', [], { kind: 'stream' }),
  },
  speed: {
    title: 'Speed layer',
    what: 'taken in',
    way: 'speed',
    page: addressOfPage('/answers', [], { layer: 'speed' }),
  },
  serving: { title: 'Serving layer', what: 'posts', way: 'serving', page: addressOfPage('/answers') },
};

/** The README's picture with live numbers: so far, a second, on the way, refused. */
export function Picture({ live }: { live: Live }) {
  const [holder, width] = useWidth<HTMLDivElement>();
  const layout = layoutOf(Math.max(width, 300));
  const hops = Object.fromEntries(live.hops.map((hop) => [hop.id, hop])) as Record<HopId, Hop>;
  return (
    <div class="picture" ref={holder}>
      {width > 0 && (
        <svg width={layout.width} height={layout.height}>
          <title>The pipeline, hop by hop</title>
          {layout.arrows.map(({ to, path, label }) => (
            <g key={path} class={`arrow ${HOP_WORDS[to].way}${hops[to].perSecond > 0 ? ' flows' : ''}`}>
              <path d={path} />
              {hops[to].waiting > 0 && (
                <text x={label.x} y={label.y} text-anchor={label.anchor} class="on-the-way">
                  {short(hops[to].waiting)}
                  <title>{count(hops[to].waiting)} records on the way</title>
                </text>
              )}
            </g>
          ))}
          {layout.boxes.map(({ hop, x, y }) => (
            <HopBox key={hop} hop={hops[hop]} x={x} y={y} {...layout.box} />
          ))}
        </svg>
      )}
      <p class="note quiet">
        A number on an arrow is of records on the way. In each box: so far, and per second
        {live.hops.some((hop) => hop.refused > 0) ? '; ✗ marks what was refused or quarantined.' : '.'}
      </p>
    </div>
  );
}

function HopBox({ hop, x, y, width, height }: { hop: Hop; x: number; y: number; width: number; height: number }) {
  const { title, what, way, page } = HOP_WORDS[hop.id];
  const number = width < 190 ? short : count;
  const refused =
    hop.refused === 0
      ? ''
      : `✗ ${short(hop.refused)}${width < 190 ? '' : hop.id === 'batch' || hop.id === 'speed' ? ' quarantined' : ' refused'}`;
  const seen = [title, number(hop.soFar), what, `${short(hop.perSecond)}/s`, refused];
  // Who hears the box hears what is seen in it, in the same words and order, and what stands on its arrow.
  const waiting = hop.waiting > 0 ? `, ${count(hop.waiting)} on the way` : '';
  return (
    <a href={page} class={`hop ${way}`} aria-label={`${seen.filter((text) => text !== '').join(' ')}${waiting}`}>
      <rect x={x} y={y} width={width} height={height} rx="6" />
      <text x={x + 12} y={y + 22} class="title">
        {seen[0]}{' '}
      </text>
      <text x={x + 12} y={y + 52} class="so-far">
        {seen[1]}{' '}
      </text>
      <text x={x + 12} y={y + 70} class="what">
        {seen[2]}{' '}
      </text>
      <text x={x + 12} y={y + 92} class="what">
        {seen[3]}{' '}
      </text>
      {refused !== '' && (
        <text x={x + width - 12} y={y + 92} text-anchor="end" class="refused">
          {refused}
        </text>
      )}
    </a>
  );
}
