-- one row per age group and year of posting, 2018 to 2022: the median over its persons of the most followers seen on any post of the person in that year
-- A person who posted in several years is counted in each. By year of joining: median_followers_by_join_year_and_age_group.
with posts as (
  select
    u.user_key,
    age_group(u.age) as age_group,
    cast(extract(year from g.timestamp) as int) as post_year,
    p.follower_count
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
  where p.follower_count is not null
),
persons as (
  select
    s.user_key,
    s.age_group,
    s.post_year,
    max(s.follower_count) as follower_count
  from posts as s
  group by s.user_key, s.age_group, s.post_year
),
summarised as (
  select
    s.age_group,
    s.post_year,
    age_group_order(s.age_group) as age_order,
    median(cast(s.follower_count as double)) as median_follower_count
  from persons as s
  where s.age_group is not null and s.post_year between 2018 and 2022
  group by s.age_group, s.post_year
)
select
  m.age_group,
  m.post_year,
  m.median_follower_count
from summarised as m
order by m.age_order nulls last, m.post_year nulls last
