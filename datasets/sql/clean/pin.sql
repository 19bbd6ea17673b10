-- one row per record of the pin feed; outcome says where it belongs: clean (the last of its key), duplicate or quarantined
with trimmed as (
  select
    r.line,
    r.arrival_time_ms,
    r.arrival_partition,
    r.arrival_order,
    r.extra_fields,
    -- R3
    r.is_object and in_braces(r.line) as is_object,
    coalesce(
      r.f_unique_id, r.f_title, r.f_description, r.f_poster_name, r.f_follower_count, r.f_tag_list,
      r.f_is_image_or_video, r.f_image_src, r.f_downloaded, r.f_save_location, r.f_category
    ) is not null as has_own_columns,
    -- R5, R7
    norm_text(r.f_index) as index_text,
    norm_text(r.f_ind) as ind_text,
    norm_text(r.f_unique_id) as unique_id,
    norm_text(r.f_title) as title,
    norm_text(r.f_description) as description,
    norm_text(r.f_poster_name) as poster_name,
    norm_text(r.f_follower_count) as follower_count,
    norm_text(r.f_tag_list) as tag_list,
    norm_text(r.f_is_image_or_video) as is_image_or_video,
    norm_text(r.f_image_src) as image_src,
    norm_text(r.f_downloaded) as downloaded,
    norm_text(r.f_save_location) as save_location,
    norm_text(r.f_category) as category
  from raw_pin as r
),
normalised as (
  select
    t.line,
    t.arrival_time_ms,
    t.arrival_partition,
    t.arrival_order,
    t.extra_fields,
    t.is_object,
    t.has_own_columns,
    -- R6
    no_null_word(t.index_text) as index_text,
    no_null_word(t.ind_text) as ind_text,
    no_null_word(t.unique_id) as unique_id,
    no_null_word(t.title) as title,
    no_null_word(t.description) as description,
    -- R6 leaves names alone
    t.poster_name,
    no_null_word(t.follower_count) as follower_count,
    no_null_word(t.tag_list) as tag_list,
    no_null_word(t.is_image_or_video) as is_image_or_video,
    no_null_word(t.image_src) as image_src,
    no_null_word(t.downloaded) as downloaded,
    no_null_word(t.save_location) as save_location,
    -- P10
    ascii_lower(no_null_word(t.category)) as category
  from trimmed as t
),
marked as (
  select
    n.*,
    -- R1, R2, P1
    strict_int(coalesce(n.index_text, n.ind_text)) as ind,
    coalesce(strict_int(n.index_text) <> strict_int(n.ind_text), n.index_text <> n.ind_text, false) as keys_differ,
    -- P3
    n.title in ('No Title Data Available', 'Untitled') as title_is_sentinel,
    -- P4
    n.description in (
      'No description available', 'No description available Story format', 'Untitled'
    ) as description_is_sentinel,
    -- P5
    n.poster_name = 'User Info Error' as poster_name_is_sentinel,
    -- F1
    n.follower_count = 'User Info Error' as follower_count_is_sentinel,
    parse_count(n.follower_count) as followers,
    -- P6
    n.tag_list = 'N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e' as tag_list_is_sentinel,
    -- P8
    n.image_src in ('Image src error.', 'Image src error') as image_src_is_sentinel,
    -- P7
    case n.is_image_or_video
      when 'image' then 'image' when 'video' then 'video' when 'multi-video(story page format)' then 'story'
    end as media_type,
    -- P11
    case ascii_lower(n.downloaded) when 'true' then 1 when 'false' then 0 else strict_int(n.downloaded) end
      as downloaded_number,
    -- P9
    case when left(n.save_location, 14) = 'Local save in ' then norm_text(substr(n.save_location, 15))
      else n.save_location end as save_path
  from normalised as n
),
judged as (
  select
    m.*,
    case
      -- R3
      when not m.is_object and m.line like (chr(34) || '{%}' || chr(34)) then 'encoded_twice'
      when not m.is_object and m.line like ('the partition key ' || chr(34) || '%' || chr(34) || ' names no dataset: %') then 'unknown_dataset'
      when not m.is_object then 'not_json_object'
      -- R2
      when m.keys_differ then 'key_conflict'
      -- R3
      when coalesce(m.index_text, m.ind_text) is null then 'key_missing'
      when m.ind is null or m.ind < 0 then 'key_invalid'
      when not m.has_own_columns then 'foreign_record'
      -- P2
      when m.unique_id is null or regexp_extract(
        m.unique_id, '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$', 0
      ) = '' then 'unique_id_invalid'
    end as reason
  from marked as m
),
noted as (
  select
    j.*,
    case when j.reason is not null then j.line end as quarantined_line,
    concat_ws(',',
      -- P3
      case when j.title_is_sentinel then 'sentinel:title' end,
      -- P4
      case when j.description_is_sentinel then 'sentinel:description' end,
      -- P5
      case when j.poster_name_is_sentinel then 'sentinel:poster_name' end,
      -- F1
      case when j.follower_count_is_sentinel then 'sentinel:follower_count'
        when j.follower_count is not null and j.followers is null then 'unreadable:follower_count' end,
      -- P6
      case when j.tag_list_is_sentinel then 'sentinel:tag_list' end,
      -- P7
      case when j.is_image_or_video is not null and j.media_type is null then 'unknown:is_image_or_video' end,
      -- P8
      case when j.image_src_is_sentinel then 'sentinel:image_src' end,
      -- P9
      case when j.save_path is not null and left(j.save_path, 1) <> '/' then 'unknown:save_location' end,
      -- P10
      case when j.category is null then 'missing:category' when j.category not in (
        'art', 'beauty', 'christmas', 'diy-and-crafts', 'education', 'event-planning', 'finance',
        'home-decor', 'mens-fashion', 'quotes', 'tattoos', 'travel', 'vehicles'
      ) then 'unknown:category' end,
      -- P11
      case when j.downloaded is not null and j.downloaded_number is null then 'unreadable:downloaded'
        when j.downloaded_number not in (0, 1) then 'outside:downloaded' end,
      -- R3
      case when j.extra_fields > 0 then 'extra_fields' end
    ) as findings
  from judged as j
),
ranked as (
  select
    o.*,
    -- R4
    row_number() over (
      partition by o.reason is null, o.ind
      order by o.arrival_time_ms desc nulls last, o.arrival_order desc nulls last, o.arrival_partition desc nulls last
    ) as nth
  from noted as o
)
-- P12
select
  k.ind,
  k.unique_id,
  case when k.title_is_sentinel then null else k.title end as title,
  case when k.description_is_sentinel then null else k.description end as description,
  k.followers as follower_count,
  case when k.poster_name_is_sentinel then null else k.poster_name end as poster_name,
  case when k.tag_list_is_sentinel then null else k.tag_list end as tag_list,
  k.is_image_or_video,
  case when k.image_src_is_sentinel then null else k.image_src end as image_src,
  k.save_path as save_location,
  k.category,
  cast(case when k.downloaded_number in (0, 1) then k.downloaded_number end as int) as downloaded,
  k.media_type,
  split_tags(case when k.tag_list_is_sentinel then null else k.tag_list end) as tags,
  k.arrival_time_ms,
  k.arrival_partition,
  k.arrival_order,
  k.quarantined_line as line,
  case when k.reason is not null then 'quarantined' when k.nth = 1 then 'clean' else 'duplicate' end as outcome,
  k.reason,
  k.findings
from ranked as k
